package frame

import (
	"errors"
	"os"
)

// OpenMapped returns the frame that is stored in an Arrow IPC file or stream,
// as OpenIPC does, with the file mapped into memory: columns are read from
// disk when they are first touched, and their pages are shared by all
// processes that map the file. The mapping ends with the frame's last
// reference.
//
// The file must not be truncated or written to meanwhile: to replace it, write
// another one and rename it. Where files cannot be mapped, it is read.
func OpenMapped(path string, o IPCOptions) (*Frame, error) {
	if o.Source == "" {
		o.Source = path
	}
	data, unmap, err := mapFile(path)
	if err != nil {
		if at, ok := errors.AsType[*os.PathError](err); ok { // says the path too
			err = at.Err
		}
		return nil, &SourceError{Source: o.Source, Row: -1, Err: err}
	}
	f, err := OpenIPC(data, o)
	if err != nil {
		unmap()
		return nil, err
	}
	f.OnFree(unmap)
	return f, nil
}
