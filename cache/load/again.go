package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pointillist-go/pointillist/cache"
)

// An asking is what a result is the answer to, of any type of arguments.
type asking interface {
	output() Output
	recipe(session string, rebuild bool) (recipe, error)
}

type asked[A any] struct {
	loader *Loader[A]
	who    Caller
	args   A
}

func (a *asked[A]) output() Output { return a.loader }

// recipe checks that the arguments are the same when they come back.
func (a *asked[A]) recipe(session string, rebuild bool) (r recipe, err error) {
	l := a.loader
	r.output = idOf(l)
	switch {
	case l.o.Scope == Session && session != a.who.Session:
		return r, errors.New("it was loaded for another session")
	case !rebuild:
		return r, nil
	}
	if l.o.Scope == User {
		r.user = a.who.User
	}
	if r.args, err = json.Marshal(a.args); err != nil {
		return r, err
	}
	back, err := l.cook(r)
	if err != nil {
		return r, err
	}
	want, err := l.Key(a.who, a.args)
	if err != nil {
		return r, err
	}
	if got, err := l.Key(a.who, back); err != nil || got != want {
		return r, errors.Join(err, fmt.Errorf("arguments of type %T are others after they were turned into JSON and back: %s", a.args, r.args))
	}
	return r, nil
}

// cook returns the arguments of a recipe.
func (l *Loader[A]) cook(r recipe) (args A, err error) {
	err = json.Unmarshal(r.args, &args)
	return args, err
}

func (l *Loader[A]) name() string { return l.o.Name }

// lasting reports whether the store may outlive the process.
func (l *Loader[A]) lasting() bool {
	_, memory := l.o.Store.(*cache.Memory)
	_, none := l.o.Store.(*cache.Null)
	return !memory && !none
}

// again has what find did not find.
func (l *Loader[A]) again(ctx context.Context, session string, r recipe, key cache.Key) (*Result, error) {
	args, err := l.cook(r)
	if err != nil { // this version of the program has other arguments
		return nil, &cache.Miss{Key: key, Cause: cache.ErrNotFound, Err: fmt.Errorf("cache/load: %s: the handle's arguments: %w", l.o.Name, err)}
	}
	who := Caller{User: r.user, Session: session}
	if l.o.Mode != Store {
		return l.get(ctx, who, args, false)
	}
	// The key is of one content. Who asks for it again meanwhile has the same load.
	return l.share(ctx, run{key: key}, who, args, func(ctx context.Context) (*Result, error) {
		if found, err := l.find(ctx, key); err == nil {
			return found, nil
		}
		if err := l.failed.get(key, l.o.Now()); err != nil {
			return nil, err
		}
		return l.make(ctx, who, args, key)
	})
}
