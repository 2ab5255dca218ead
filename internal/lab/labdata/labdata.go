// Package labdata finds the shared data folder for tests: published rules,
// event logs, incident logs and knowledge sources that are not part of the
// project. It is for tests only.
package labdata

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Path returns the absolute path of rel below the data folder, which is the
// value of SPOOR_DATA or, without it, ../shared/data seen from the repository
// root. Where the data is absent the test is skipped, or fails when CI=true.
func Path(t testing.TB, rel string) string {
	t.Helper()
	root := os.Getenv("SPOOR_DATA")
	if root == "" {
		_, self, _, _ := runtime.Caller(0)
		root = filepath.Join(filepath.Dir(self), "..", "..", "..", "..", "shared", "data")
	}
	path := filepath.Join(root, filepath.FromSlash(rel))
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("shared data is absent: %v (set SPOOR_DATA)", err)
		}
		t.Skipf("shared data is absent, test skipped: %v (set SPOOR_DATA)", err)
	}
	return path
}
