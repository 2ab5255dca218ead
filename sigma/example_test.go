package sigma_test

import (
	"fmt"
	"log"

	"spoor/sigma"
)

// A rule for a log that is not known is refused, until its source is given.
func ExampleLoad() {
	files := []sigma.File{{Name: "login.yml", Data: []byte(`
title: Login without a second factor
id: 5e1f4d2c-0000-4000-8000-000000000001
tags: [attack.t1078, cve.2021-26855]
logsource: {product: myapp, service: login}
detection:
  login: {action: login, factors|lt: 2}
  condition: login
`)}}
	_, report := sigma.Load(files, sigma.Options{})
	for _, p := range report.Refused {
		fmt.Println(p.File, p.Line, p.Code)
	}
	set, report := sigma.Load(files, sigma.Options{Sources: []sigma.Source{{Product: "myapp", Formats: []string{"myapp"}}}})
	if err := report.Err(); err != nil {
		log.Fatal(err)
	}
	for _, r := range set.Rules() {
		fmt.Println(r.Title(), sigma.DetailsOf(r).Techniques, sigma.DetailsOf(r).CVEs)
	}
	// Output:
	// login.yml 5 no-source
	// Login without a second factor [T1078] [CVE-2021-26855]
}

// Sources may be kept in a file.
func ExampleParseSources() {
	sources, err := sigma.ParseSources([]byte(`
- product: myapp
  formats: [myapp]
  fields: {CommandLine: [process.args], User: [user.name, account]}
`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(sources[0].Product, sources[0].Fields["User"])
	_, err = sigma.ParseSources([]byte("- formats: [myapp]\n"))
	fmt.Println(err)
	// Output:
	// myapp [user.name account]
	// read log source 1: it states no product, category or service
}
