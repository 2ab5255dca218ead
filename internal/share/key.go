package share

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// Key makes pseudonyms. Who has it can try whether a guessed value has a
// given pseudonym; nobody else can.
type Key [32]byte

// keyHead starts a key file.
const keyHead = "spoor share key 1\n"

// OpenKey reads the key in a file, or makes one there, readable by the owner
// alone, when there is none.
func OpenKey(path string) (Key, error) {
	var k Key
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := rand.Read(k[:]); err != nil {
			return k, fmt.Errorf("make key: %w", err)
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return k, fmt.Errorf("write key: %w", err)
		}
		_, err = f.WriteString(keyHead + hex.EncodeToString(k[:]) + "\n")
		if serr := f.Sync(); err == nil {
			err = serr
		}
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			os.Remove(path)
			return k, fmt.Errorf("write key: %w", err)
		}
		return k, nil
	}
	if err != nil {
		return k, fmt.Errorf("read key: %w", err)
	}
	digits, ok := strings.CutPrefix(string(data), keyHead)
	bytes, err := hex.DecodeString(strings.TrimSpace(digits))
	if !ok || err != nil || len(bytes) != len(k) {
		return k, fmt.Errorf("read key: %s: %w", path, ErrNoKey)
	}
	return Key(bytes), nil
}

// ErrNoKey says that a file holds no key, so that it must not be replaced.
var ErrNoKey = errors.New("the file holds no key")

// pseudoDigits is how many hexadecimal digits a pseudonym has: 40 bits keep
// 10,000 values of a case apart with a chance of 1 in 20,000 that two meet.
const pseudoDigits = 10

// digits are those of a value's pseudonym. Letter case does not count, and
// neither does what the value is taken for: a name has the same digits as an
// account and as a host.
func (k *Key) digits(value string) string {
	h := hmac.New(sha256.New, k[:])
	h.Write([]byte(fold(value)))
	return hex.EncodeToString(h.Sum(nil))[:pseudoDigits]
}

// identity gives a finding a new id: the old one is a hash of the record,
// against which names could be tried.
func (k *Key) identity(id string) string {
	h := hmac.New(sha256.New, k[:])
	h.Write([]byte("finding\x00" + id))
	return hex.EncodeToString(h.Sum(nil))[:24]
}
