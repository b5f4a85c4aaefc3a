//go:build !(linux || darwin || freebsd)

package disk

import (
	"errors"
	"os"
	"time"
)

// Elsewhere Open returns errors.ErrUnsupported, and none of these is reached.
const supported = false

func openEntry(string) (*os.File, error)     { return nil, errors.ErrUnsupported }
func createFile(string) (*os.File, error)    { return nil, errors.ErrUnsupported }
func openState(string) (*os.File, error)     { return nil, errors.ErrUnsupported }
func openForAppend(string) (*os.File, error) { return nil, errors.ErrUnsupported }
func tryLock(*os.File, bool) (bool, error)   { return false, errors.ErrUnsupported }
func unlock(*os.File) error                  { return errors.ErrUnsupported }
func mapFile(*os.File, int64) ([]byte, error) {
	return nil, errors.ErrUnsupported
}
func unmap([]byte) error              { return errors.ErrUnsupported }
func setUsed(string, time.Time) error { return errors.ErrUnsupported }
func resize(*os.File, int64) error    { return errors.ErrUnsupported }
func freeBytes(string) (int64, error) { return 0, errors.ErrUnsupported }
func isOurs(*os.File) bool            { return false }
func isLink(error) bool               { return false }
func isNoSpace(error) bool            { return false }
