package main

import (
	"os"
	"syscall"
	"unsafe"
)

// sharedFolder makes a folder whose files are memory, where the system has one.
func sharedFolder() (folder string, done func(), err error) {
	folder, err = os.MkdirTemp("/dev/shm", "pointillist-bench-")
	if err != nil {
		return tempFolder()
	}
	return folder, func() { _ = os.RemoveAll(folder) }, nil
}

// sharedFloats makes a file of n numbers and maps it. Who maps it too reads the same
// memory: what is read from one place may take a tenth more time than from another. free
// removes the file.
func sharedFloats[T float32 | float64](path string, n int) (x []T, free func(), err error) {
	size := n * int(unsafe.Sizeof(T(0)))
	file, err := os.Create(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = firstError(err, file.Close()) }()
	if err := file.Truncate(int64(size)); err != nil {
		return nil, nil, err
	}
	memory, err := syscall.Mmap(int(file.Fd()), 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil, nil, err
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(memory))), n), func() {
		_ = firstError(syscall.Munmap(memory), os.Remove(path))
	}, nil
}
