package importer

import (
	"bytes"
	"testing"
)

func FuzzImportSTIX(f *testing.F) {
	f.Add([]byte(bundleFixture))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := STIX(bytes.NewReader(data), "2026-11-23")
		if err != nil {
			return
		}
		for _, tally := range got.Tables {
			if !tally.Balanced() {
				t.Fatalf("not balanced: %s", tally)
			}
		}
	})
}

func FuzzImportEuRepoC(f *testing.F) {
	f.Add([]byte("ID,name,start_date,end_date,sources_url\n1,A,2020-01-02,,x\n"), []byte("incident_ID,attribution_ID,attribution_date,attribution_type,attribution_basis,attributing_actor,attribution_it_company,attributing_country,attributed_initiator,attributed_initiator_country,attributed_initiator_category\n1,1,2020-07-01,Report,x,ESET,,,X,China,State\n"))
	f.Fuzz(func(t *testing.T, incidents, attributions []byte) {
		got, err := EuRepoC(bytes.NewReader(incidents), bytes.NewReader(attributions), "2026-11-23")
		if err != nil {
			return
		}
		for _, tally := range got.Tables {
			if !tally.Balanced() {
				t.Fatalf("not balanced: %s", tally)
			}
		}
	})
}
