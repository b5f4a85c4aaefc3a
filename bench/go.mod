module github.com/pointillist-go/pointillist/bench

go 1.26.0

require github.com/pointillist-go/pointillist v0.0.0

require github.com/go-echarts/go-echarts/v2 v2.6.7 // indirect

replace github.com/pointillist-go/pointillist => ../
