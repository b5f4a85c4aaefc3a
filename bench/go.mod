module github.com/pointillist-go/pointillist/bench

go 1.26.0

require github.com/pointillist-go/pointillist v0.0.0

replace github.com/pointillist-go/pointillist => ../
