//go:build linux || darwin || freebsd

package cache

import "syscall"

// mapMemory returns n zero bytes that the collector does not know, and how to
// give them back; nil if there are none to be had.
func mapMemory(n int) (memory []byte, unmap func()) {
	memory, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, nil
	}
	return memory, func() { _ = syscall.Munmap(memory) } // it was mapped so
}
