package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/pointillist-go/pointillist"
	"github.com/pointillist-go/pointillist/cache"
	"github.com/pointillist-go/pointillist/cache/load"
	"github.com/pointillist-go/pointillist/cache/refresh"
	"github.com/pointillist-go/pointillist/encode"
	"github.com/pointillist-go/pointillist/figure"
	"github.com/pointillist-go/pointillist/filter"
	"github.com/pointillist-go/pointillist/frame"
)

// problemOf returns the problem that err is, or stands for. What it does not
// know is the server's fault, and the client is told no more than that.
func problemOf(err error) *Problem {
	for _, as := range []func(error) *Problem{asProblem, limitProblem, storeProblem, reduceProblem, filterProblem, argumentProblem, pointProblem, sourceProblem} {
		if p := as(err); p != nil {
			return p
		}
	}
	p := newProblem(http.StatusInternalServerError, "Internal error", err)
	p.Detail = "the server could not answer; its log says why"
	return p
}

func asProblem(err error) *Problem {
	var p *Problem
	errors.As(err, &p)
	return p
}

// limitProblem tells of a limit that was reached.
func limitProblem(err error) *Problem {
	var body *http.MaxBytesError
	var points *pointillist.TooManyPointsError
	switch {
	case errors.As(err, &body):
		return newProblem(http.StatusRequestEntityTooLarge, "Too large", fmt.Errorf("the body has more than %d bytes", body.Limit))
	case errors.Is(err, frame.ErrTooLarge):
		return newProblem(http.StatusRequestEntityTooLarge, "Too large", err)
	case errors.As(err, &points):
		return newProblem(http.StatusUnprocessableEntity, "Too many points", err)
	case errors.Is(err, errBusy):
		return newProblem(http.StatusServiceUnavailable, "Busy", err).later("1")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return newProblem(http.StatusRequestTimeout, "Too slow", errors.New("the body stopped coming"))
	case errors.Is(err, context.DeadlineExceeded):
		return newProblem(http.StatusServiceUnavailable, "Too slow", errors.New("the time for a figure was over")).later("5")
	case errors.Is(err, context.Canceled):
		return newProblem(http.StatusServiceUnavailable, "Cancelled", err)
	}
	return nil
}

// storeProblem tells why a frame is not there, or cannot be kept.
func storeProblem(err error) *Problem {
	var miss *cache.Miss
	switch {
	case errors.Is(err, errNoFrame):
		return newProblem(http.StatusNotFound, "No such frame", err)
	case errors.Is(err, cache.ErrTooLarge):
		return newProblem(http.StatusRequestEntityTooLarge, "Too large", err)
	case errors.Is(err, cache.ErrFull):
		return newProblem(http.StatusServiceUnavailable, "Store full", err).later("10")
	case errors.Is(err, cache.ErrQuota):
		return newProblem(http.StatusTooManyRequests, "Quota reached", err).later("10")
	case errors.Is(err, refresh.ErrNoData):
		return sourceDown(err)
	case !errors.As(err, &miss):
		return nil
	}
	for _, known := range []struct {
		cause  error
		status int
		title  string
	}{
		{cache.ErrNotFound, http.StatusGone, "Gone"}, // its handle is ours, so there was one
		{cache.ErrWrongStore, http.StatusNotFound, "No such frame"},
		{cache.ErrForbidden, http.StatusForbidden, "Forbidden"},
		{cache.ErrExpired, http.StatusGone, "Expired"},
		{cache.ErrEvicted, http.StatusGone, "Evicted"},
		{cache.ErrSuperseded, http.StatusGone, "Superseded"},
		{cache.ErrCorrupt, http.StatusGone, "Corrupt"},
		{cache.ErrDown, http.StatusServiceUnavailable, "Store down"},
	} {
		if errors.Is(miss.Cause, known.cause) {
			p := newProblem(known.status, known.title, err)
			if changed, ok := errors.AsType[*load.ChangedError](err); ok {
				p.Frame = changed.Handle
			}
			return p
		}
	}
	return nil
}

func sourceDown(err error) *Problem {
	p := newProblem(http.StatusServiceUnavailable, "Source down", err).later("5")
	p.Detail = "the source of the frame does not answer; the server's log says why"
	return p
}

func newForbidden(err error) *Problem {
	return newProblem(http.StatusForbidden, "Forbidden", err)
}

func filterProblem(err error) *Problem {
	if _, ok := errors.AsType[*filter.Error](err); !ok {
		return nil
	}
	p := badRequest(err).at("/filter")
	if missing, ok := errors.AsType[*frame.NoColumnError](err); ok {
		p.Column = missing.Name
	} else if mistyped, ok := errors.AsType[*filter.TypeError](err); ok {
		p.Column = mistyped.Column
	}
	return p
}

// argumentProblem tells of the figure's arguments: of the first by its place,
// of all by their text.
func argumentProblem(err error) *Problem {
	var argument *figure.ArgumentError
	var written *encode.Error
	switch {
	case errors.As(err, &argument):
		p := badRequest(err).at("/args" + argument.Pointer)
		p.Column = argument.Column
		if argument.Row >= 0 {
			p.Row = &argument.Row
		}
		if errors.Is(err, figure.ErrData) {
			p.Status, p.Title = http.StatusUnprocessableEntity, "Data that cannot be drawn"
		}
		return p
	case errors.As(err, &written):
		return newProblem(http.StatusUnprocessableEntity, "Data that cannot be drawn", err)
	}
	return nil
}

// sourceProblem tells where data that was sent is wrong.
func sourceProblem(err error) *Problem {
	var source *frame.SourceError
	var missing *frame.NoColumnError
	switch {
	case errors.As(err, &source):
		return unreadable(err)
	case errors.As(err, &missing):
		p := badRequest(err)
		p.Column = missing.Name
		return p
	}
	return nil
}

// unreadable tells of data that was sent and is not what it says it is.
func unreadable(err error) *Problem {
	if p := limitProblem(err); p != nil {
		return p
	}
	p := newProblem(http.StatusBadRequest, "Data that cannot be read", err)
	if source, ok := errors.AsType[*frame.SourceError](err); ok {
		p.Column = source.Column
		if source.Row >= 0 {
			p.Row = &source.Row
		}
	}
	return p
}
