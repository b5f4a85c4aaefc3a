// Package cachetest checks that a [cache.Store] keeps its promises. Every
// store, of this module or another, runs the same suite:
//
//	func TestStore(t *testing.T) {
//		cachetest.Run(t, func(t *testing.T, l cachetest.Limits) cache.Store { … })
//	}
package cachetest
