//go:build !amd64 || purego

package kernel

func encodeBase64(dst, src []byte) int { return encodeBase64Go(dst, src) }
