package figure

// An Object is a JSON object whose members keep their order. Its values are
//
//	nil, bool, int, float64, string     JSON's own (NaN and infinities are null)
//	[]any, []string, []float64          arrays
//	*Object                             an object
//	Raw                                 JSON text, copied as it is
//	*Array, *Table                      columns, written straight from Arrow memory
//
// Plotly's attribute names are its keys. The zero Object is empty and ready.
type Object struct {
	members []Member
}

// A Member is one key of an Object and its value.
type Member struct {
	Key   string
	Value any
}

// Raw is JSON text that is known to be valid, such as a template.
type Raw string

// NewObject returns an object of the given members. It panics if a key
// appears twice.
func NewObject(members ...Member) *Object {
	o := &Object{members: make([]Member, 0, len(members))}
	for _, m := range members {
		if o.Has(m.Key) {
			panic("figure: object with two members " + m.Key)
		}
		o.members = append(o.members, m)
	}
	return o
}

// Len returns the number of members.
func (o *Object) Len() int { return len(o.members) }

// Members returns the members in order. The slice must not be modified.
func (o *Object) Members() []Member { return o.members }

// Has reports whether there is a member of that key.
func (o *Object) Has(key string) bool { return o.find(key) >= 0 }

// Get returns the value of key; nil if there is none.
func (o *Object) Get(key string) any {
	if i := o.find(key); i >= 0 {
		return o.members[i].Value
	}
	return nil
}

// Set gives key a value: in its place if it has one, else at the end.
func (o *Object) Set(key string, value any) *Object {
	if i := o.find(key); i >= 0 {
		o.members[i].Value = value
	} else {
		o.members = append(o.members, Member{key, value})
	}
	return o
}

// Object returns the object under key, and puts an empty one there if there
// is none. It panics if the value is something else.
func (o *Object) Object(key string) *Object {
	if i := o.find(key); i >= 0 {
		return o.members[i].Value.(*Object)
	}
	child := &Object{}
	o.members = append(o.members, Member{key, child})
	return child
}

// Delete removes key.
func (o *Object) Delete(key string) {
	if i := o.find(key); i >= 0 {
		o.members = append(o.members[:i], o.members[i+1:]...)
	}
}

func (o *Object) find(key string) int {
	for i, m := range o.members {
		if m.Key == key {
			return i
		}
	}
	return -1
}
