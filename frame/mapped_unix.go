//go:build unix

package frame

import (
	"fmt"
	"math"
	"os"
	"syscall"
)

// mapFile maps a file for reading.
func mapFile(path string) (data []byte, unmap func(), err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = file.Close() }() // only read
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, nil, err
	case !info.Mode().IsRegular():
		return nil, nil, fmt.Errorf("not a regular file")
	case info.Size() == 0:
		return nil, func() {}, nil // cannot be mapped
	case info.Size() > math.MaxInt:
		return nil, nil, fmt.Errorf("%d bytes: %w", info.Size(), ErrTooLarge)
	}
	data, err = syscall.Mmap(int(file.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, nil, os.NewSyscallError("mmap", err)
	}
	return data, func() { _ = syscall.Munmap(data) }, nil // fails for bad arguments only
}
