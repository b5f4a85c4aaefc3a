package filter

import (
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
)

func textualTester(p *predicate[string], values arrow.Array) tester {
	buffers := values.Data().Buffers()
	switch {
	case buffers[1] == nil || buffers[1].Len() == 0:
		return constantTester(false)
	case values.DataType().ID() == arrow.STRING:
		return texts(p, arrow.GetOffsets[int32](values.Data(), 1), bytesOf(values))
	}
	return texts(p, arrow.GetOffsets[int64](values.Data(), 1), bytesOf(values))
}

// bytesOf returns the text of all values without copying it.
func bytesOf(values arrow.Array) string {
	buffer := values.Data().Buffers()[2]
	if buffer == nil || buffer.Len() == 0 {
		return ""
	}
	return unsafe.String(&buffer.Bytes()[0], buffer.Len())
}

// texts compares where the texts lie; the closure is the only call a row.
func texts[O int32 | int64](p *predicate[string], offsets []O, all string) tester {
	if v, ok := single(p); ok {
		return rowTester(func(i int) bool { return all[offsets[i]:offsets[i+1]] == v })
	}
	if p.matches != nil {
		return rowTester(func(i int) bool { return p.matches(all[offsets[i]:offsets[i+1]]) })
	}
	spans, cmp := p.values, p.domain.order
	return rowTester(func(i int) bool { return cmp.contains(spans, all[offsets[i]:offsets[i+1]]) })
}

// single returns the only text that satisfies p, if there is just one.
func single(p *predicate[string]) (string, bool) {
	if len(p.values) != 1 || p.matches != nil {
		return "", false
	}
	from, to := p.values[0].from, p.values[0].to
	return from.at, from.side == before && to.side == after && from.at == to.at
}

// textsFrom is the set of all texts that start with prefix.
func textsFrom(prefix string) set[string] {
	i := interval[string]{cut[string]{prefix, before}, cut[string]{side: end}}
	// The first text after all of them: the prefix without the 0xFF at its
	// end, its last byte raised by one.
	last := len(prefix) - 1
	for last >= 0 && prefix[last] == 0xFF {
		last--
	}
	if last >= 0 {
		i.to = cut[string]{prefix[:last] + string([]byte{prefix[last] + 1}), before}
	}
	return set[string]{i}
}
