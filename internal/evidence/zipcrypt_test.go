package evidence

import (
	"bytes"
	"crypto/aes"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"errors"
	"io"
	"path/filepath"
	"testing"
)

func TestAESMembersAreDecryptedAndTheirCodeIsChecked(t *testing.T) {
	t.Parallel()
	plain := []byte("sixteen bytes or") // one block: the counter is 1
	salt := []byte("saltsaltsaltsalt")
	keys, err := pbkdf2.Key(sha1.New, "secret", salt, 1000, 66)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		t.Fatal(err)
	}
	stream := make([]byte, 16)
	block.Encrypt(stream, append([]byte{1}, make([]byte, 15)...))
	secret := make([]byte, 16)
	for i := range secret {
		secret[i] = plain[i] ^ stream[i]
	}
	mac := hmac.New(sha1.New, keys[32:64])
	mac.Write(secret)
	data := bytes.Join([][]byte{salt, keys[64:66], secret, mac.Sum(nil)[:10]}, nil)
	e := &zipEntry{flags: flagEncrypted, method: 99, aes: aesExtra{version: 2, strength: 3, method: 0}}

	open := func(data []byte, password string) ([]byte, error) {
		r, method, err := decrypt(bytes.NewReader(data), int64(len(data)), e, password)
		if err != nil {
			return nil, err
		}
		if method != 0 {
			t.Errorf("the method inside is %d, want 0", method)
		}
		return io.ReadAll(r)
	}
	if got, err := open(data, "secret"); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("got %q, %v", got, err)
	}
	var p *Problem
	if _, err := open(data, "wrong"); !errors.As(err, &p) || p.Code != "encrypted" {
		t.Errorf("a wrong password gives %v", err)
	}
	data[20] ^= 1
	if _, err := open(data, "secret"); !errors.As(err, &p) || p.Code != "checksum" {
		t.Errorf("changed content gives %v", err)
	}
}

func TestOverlappingMembersAreTold(t *testing.T) {
	t.Parallel()
	data := makeZip(t, member{"a.log", "first\n"}, member{"b.log", "second\n"})
	second := bytes.LastIndex(data, []byte(centralSig))
	copy(data[second+42:], []byte{5, 0, 0, 0}) // its header lies inside the first member
	_, rep := walk(t, Options{}, write(t, filepath.Join(t.TempDir(), "o.zip"), data))
	if rep.Problems["damaged"] == 0 {
		t.Errorf("a member without a header is not told: %v", rep.Problems)
	}
	copy(data[second+42:], []byte{0, 0, 0, 0}) // both are the first member
	_, rep = walk(t, Options{}, write(t, filepath.Join(t.TempDir(), "o.zip"), data))
	if rep.Problems["overlap"] == 0 && rep.Problems["two-readings"] == 0 {
		t.Errorf("members that overlap are not told: %v", rep.Problems)
	}
}
