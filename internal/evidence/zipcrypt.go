package evidence

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/subtle"
	"hash"
	"hash/crc32"
	"io"
)

// aesExtra are the parameters of WinZip's AES encryption
// (https://www.winzip.com/en/support/aes-encryption/).
type aesExtra struct {
	version  uint16
	strength uint8
	method   uint16
}

// decrypt opens an encrypted member and returns its compressed content and
// the method of that compression.
func decrypt(r io.Reader, packed int64, e *zipEntry, password string) (io.Reader, uint16, error) {
	if password == "" {
		return nil, 0, &Problem{"encrypted", "it is encrypted; give the password with --password"}
	}
	wrong := &Problem{"encrypted", "it is encrypted and the password does not fit"}
	switch {
	case e.flags&flagStrong != 0:
		return nil, 0, &Problem{"encrypted", "it is encrypted in a way that spoor does not read (strong encryption)"}
	case e.method == 99:
		return decryptAES(r, packed, e, password, wrong)
	}
	k := newZipKeys(password)
	head := make([]byte, 12)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, 0, &Problem{"truncated", "its end is missing"}
	}
	k.decrypt(head)
	// The last byte repeats the CRC's highest, or the time's where the CRC
	// follows the data.
	later := e.flags&flagDescriptor != 0 && head[11] == byte(e.clock>>8)
	if head[11] != byte(e.crc>>24) && !later {
		return nil, 0, wrong
	}
	return &zipKeyReader{r, k}, e.method, nil
}

// zipKeys is the traditional cipher (APPNOTE 6.1).
type zipKeys struct{ k0, k1, k2 uint32 }

func newZipKeys(password string) *zipKeys {
	k := &zipKeys{0x12345678, 0x23456789, 0x34567890}
	for i := range len(password) {
		k.update(password[i])
	}
	return k
}

func (k *zipKeys) update(b byte) {
	k.k0 = crc32.IEEETable[byte(k.k0)^b] ^ k.k0>>8
	k.k1 = (k.k1+k.k0&0xff)*134775813 + 1
	k.k2 = crc32.IEEETable[byte(k.k2)^byte(k.k1>>24)] ^ k.k2>>8
}

func (k *zipKeys) decrypt(p []byte) {
	for i := range p {
		t := k.k2 | 2
		p[i] ^= byte(t * (t ^ 1) >> 8)
		k.update(p[i])
	}
}

type zipKeyReader struct {
	r io.Reader
	k *zipKeys
}

func (z *zipKeyReader) Read(p []byte) (int, error) {
	n, err := z.r.Read(p)
	z.k.decrypt(p[:n])
	return n, err
}

func decryptAES(r io.Reader, packed int64, e *zipEntry, password string, wrong *Problem) (io.Reader, uint16, error) {
	if e.aes.strength < 1 || e.aes.strength > 3 {
		return nil, 0, &Problem{"damaged", "its encryption has no known strength"}
	}
	keyLen := 8 + 8*int(e.aes.strength)
	saltLen := keyLen / 2
	start := make([]byte, saltLen+2)
	const macLen = 10
	if _, err := io.ReadFull(r, start); err != nil || packed < int64(len(start)+macLen) {
		return nil, 0, &Problem{"truncated", "its end is missing"}
	}
	keys, err := pbkdf2.Key(sha1.New, password, start[:saltLen], 1000, 2*keyLen+2)
	if err != nil {
		return nil, 0, &Problem{"encrypted", "its key could not be made"}
	}
	if subtle.ConstantTimeCompare(keys[2*keyLen:], start[saltLen:]) != 1 {
		return nil, 0, wrong
	}
	block, err := aes.NewCipher(keys[:keyLen])
	if err != nil {
		return nil, 0, &Problem{"encrypted", "its key could not be used"}
	}
	return &aesReader{
		r: r, left: packed - int64(len(start)+macLen), block: block,
		mac: hmac.New(sha1.New, keys[keyLen:2*keyLen]), used: aes.BlockSize,
	}, e.aes.method, nil
}

// aesReader is counter mode with a little-endian counter from 1, and the
// check of the code behind the data.
type aesReader struct {
	r       io.Reader
	left    int64
	block   cipher.Block
	mac     hash.Hash
	counter [aes.BlockSize]byte
	stream  [aes.BlockSize]byte
	used    int
}

func (a *aesReader) Read(p []byte) (int, error) {
	if a.left <= 0 {
		return 0, a.check()
	}
	n, err := a.r.Read(p[:min(int64(len(p)), a.left)])
	a.left -= int64(n)
	a.mac.Write(p[:n])
	for i := range p[:n] {
		if a.used == aes.BlockSize {
			for j := range a.counter {
				a.counter[j]++
				if a.counter[j] != 0 {
					break
				}
			}
			a.block.Encrypt(a.stream[:], a.counter[:])
			a.used = 0
		}
		p[i] ^= a.stream[a.used]
		a.used++
	}
	if err == io.EOF && a.left > 0 {
		err = io.ErrUnexpectedEOF
	} else if err == io.EOF {
		err = nil
	}
	return n, err
}

func (a *aesReader) check() error {
	var code [10]byte
	if _, err := io.ReadFull(a.r, code[:]); err != nil {
		return &Problem{"truncated", "its end is missing"}
	}
	if subtle.ConstantTimeCompare(a.mac.Sum(nil)[:10], code[:]) != 1 {
		return &Problem{"checksum", "its authentication code does not fit, so that some of its content is damaged"}
	}
	return io.EOF
}
