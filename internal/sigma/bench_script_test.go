package sigma_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"spoor/internal/lab"
)

// scripts are PowerShell 4104 events of 12,000 characters each, none of which
// repeats: commands, variables and numbers as scripts of administration hold
// them, each line with a name of its own.
func scripts(n int) (log []byte, text int) {
	rng := rand.New(rand.NewPCG(1, 2))
	verbs := []string{"Get-Item", "Set-Variable", "Where-Object", "Write-Output", "Select-Object", "ForEach-Object", "Get-ChildItem", "Test-Path", "Join-Path", "Import-Csv"}
	nouns := []string{"$path", "$server", "$_.Name", "'C:\\Scripts\\report.csv'", "$env:COMPUTERNAME", "$config.Database", "-ErrorAction SilentlyContinue", "| Sort-Object Length"}
	l := lab.NewEventLog(lab.LogOptions{})
	for i := range n {
		var b strings.Builder
		for b.Len() < 12_000 {
			fmt.Fprintf(&b, "$value%x = %s %s %s # step %d\r\n", rng.Uint32(), verbs[rng.IntN(len(verbs))], nouns[rng.IntN(len(nouns))], nouns[rng.IntN(len(nouns))], rng.IntN(1e6))
		}
		text += b.Len()
		l.Append(lab.Event{
			Provider: "Microsoft-Windows-PowerShell", GUID: lab.ParseGUID("a0c1853b-5c40-4b15-8766-3cf1c58f985a"), EventID: 4104, Version: 1, Level: 5, Task: 2, Keywords: 0,
			Computer: "mail01.lab.example", Channel: "Microsoft-Windows-PowerShell/Operational", ProcessID: 4000, ThreadID: 4100,
			Data: []lab.NamedValue{lab.Named("MessageNumber", "1"), lab.Named("MessageTotal", "1"), lab.Named("ScriptBlockText", b.String()), lab.Named("ScriptBlockId", fmt.Sprintf("%08x-0000-4000-8000-%012x", rng.Uint32(), i)), lab.Named("Path", "")},
		})
	}
	return l.Bytes(), text
}

// BenchmarkHuntScripts gives the bytes of script text as SetBytes does: UTF-8,
// half of what the log holds.
func BenchmarkHuntScripts(b *testing.B) {
	log, text := scripts(2_000)
	hunt(b, windows(b), blocks(b, 0, bytes.NewReader(log)))
	b.SetBytes(int64(text))
}
