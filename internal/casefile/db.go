package casefile

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"spoor/internal/finding"
)

// schema of case.db, version 1. Times are RFC 3339 text in UTC; event is the
// JSON object of the finding contract.
const schema = `
create table meta(key text primary key, value text not null) without rowid;
create table items(path text not null, kind text not null, bytes integer not null, sha256 text not null, outcome text not null, code text not null, reason text not null, host text not null, records integer not null, damaged integer not null, lost integer not null, first text not null, last text not null);
create table findings(id text not null, time text not null, host text not null, rule text not null, title text not null, level text not null, chain text not null, step text not null, techniques text not null, cves text not null, message text not null, path text not null, sha256 text not null, record integer not null, line integer not null, offset integer not null, finding text not null);
`

const indexes = `
create index findings_host on findings(host, time);
create index findings_rule on findings(rule);
`

// writeDB writes case.db and returns its SHA-256. Rows go in canonical order
// without a journal, so the same case gives the same bytes.
func (c *Case) writeDB(d Derived) (sum string, err error) {
	tmp := filepath.Join(c.dir, "case.db.tmp")
	os.Remove(tmp)
	// Made before SQLite opens it, so that only its owner can read it.
	if f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return "", fmt.Errorf("write case.db: %w", err)
	} else if err := f.Close(); err != nil {
		return "", fmt.Errorf("write case.db: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(tmp)
			err = fmt.Errorf("write case.db: %w", err)
		}
	}()
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(tmp)+"?_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=locking_mode(exclusive)")
	if err != nil {
		return "", err
	}
	db.SetMaxOpenConns(1)
	if err := c.fillDB(db, d); err != nil {
		db.Close()
		return "", err
	}
	if err := db.Close(); err != nil {
		return "", err
	}
	f, err := os.OpenFile(tmp, os.O_RDWR, 0)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), os.Rename(tmp, filepath.Join(c.dir, "case.db"))
}

func (c *Case) fillDB(db *sql.DB, d Derived) error {
	if _, err := db.Exec(schema); err != nil {
		return err
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, m := range [][2]string{{"schema", "spoor.case/1"}, {"version", d.Manifest.Version}, {"rules", d.Manifest.Rules}, {"tlp", d.Manifest.TLP}} {
		if m[1] == "" && m[0] == "tlp" {
			continue // nothing is marked unless asked
		}
		if _, err := tx.Exec(`insert into meta values(?,?)`, m[0], m[1]); err != nil {
			return err
		}
	}
	for _, it := range d.Manifest.Items {
		if _, err := tx.Exec(`insert into items values(?,?,?,?,?,?,?,?,?,?,?,?,?)`, it.Path, it.Kind, it.Bytes, it.SHA256, it.Outcome, it.Code, it.Reason, it.Host, it.Records, it.Damaged, it.Lost, it.From, it.To); err != nil {
			return err
		}
	}
	ins, err := tx.Prepare(`insert into findings values(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`)
	if err != nil {
		return err
	}
	defer ins.Close()
	err = c.each(func(f *finding.Finding, line []byte) error {
		chain, step := "", ""
		if f.Step != nil {
			chain, step = f.Step.Chain, f.Step.Name
		}
		_, err := ins.Exec(f.ID(), f.Time, f.Host, f.Rule.ID, f.Rule.Title, f.Rule.Level, chain, step, strings.Join(f.Techniques, " "), strings.Join(f.CVEs, " "),
			f.Message, f.Source.Path, f.Source.SHA256, int64(f.Where.Record), f.Where.Line, f.Where.Offset, strings.TrimSuffix(string(line), "\n"))
		return err
	})
	if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = db.Exec(indexes)
	return err
}
