package main

// sayText is all that most programs hold of ours. It does without package os, for the compiler
// reads what a program imports anew for each.
const sayText = `
var dhPipe = dhStat()

func dhStat() (one dhsyscall.Stat_t) {
	dhsyscall.Fstat(3, &one)
	return one
}

// dhSay writes to the report, as long as that is what descriptor 3 is.
func dhSay(text string) {
	now := dhStat()
	if now.Ino != dhPipe.Ino || now.Dev != dhPipe.Dev || now.Mode&dhsyscall.S_IFMT != dhsyscall.S_IFIFO {
		return
	}
	line := "{\"nonce\":\"NONCE\"," + text + "}\n"
	for rest := []byte(line); len(rest) > 0; {
		count, err := dhsyscall.Write(3, rest)
		if err != nil && err != dhsyscall.EINTR {
			return
		}
		rest = rest[max(count, 0):]
	}
}
`

const atText = `
func dhAt(line, column int) {
	dhSay("\"type\":\"exit\",\"line\":" + dhstrconv.Itoa(line) + ",\"column\":" + dhstrconv.Itoa(column))
}
`

const quotedText = `
func dhQuoted(text string) string {
	made := "\""
	for _, letter := range text {
		switch {
		case letter == '"' || letter == '\\':
			made += "\\" + string(letter)
		case letter < ' ' || letter == 0x7f:
			made += "\\u" + ("0000" + dhstrconv.FormatInt(int64(letter), 16))[len(dhstrconv.FormatInt(int64(letter), 16)):]
		default:
			made += string(letter)
		}
	}
	return made + "\""
}
`

// partText lets the program of a common build start a part's own `main`.
const partText = `
func DhMain() { main() }
`

const exampleText = `
func dhExample(name string, example func(), want string, unordered bool) {
	kept := dhos.Stdout
	reader, writer, err := dhos.Pipe()
	if err != nil {
		panic(err)
	}
	dhos.Stdout = writer
	read := make(chan string)
	go func() {
		text, _ := dhio.ReadAll(reader)
		read <- string(text)
	}()
	done := func() string {
		dhos.Stdout = kept
		writer.Close()
		text := <-read
		kept.WriteString(text)
		return text
	}
	finished := false
	defer func() {
		if !finished {
			done()
		}
	}()
	example()
	finished = true
	got, want := dhstrings.TrimSpace(done()), dhstrings.TrimSpace(want)
	if unordered {
		got, want = dhSorted(got), dhSorted(want)
	}
	same := dhstrconv.FormatBool(got == want)
	dhSay("\"type\":\"example\",\"name\":" + dhQuoted(name) + ",\"same\":" + same +
		",\"expected\":" + dhQuoted(want) + ",\"actual\":" + dhQuoted(got))
	if got != want {
		dhos.Stderr.WriteString("--- FAIL: " + name + "\n")
		dhos.Exit(1)
	}
}

func dhSorted(text string) string {
	lines := dhstrings.Split(text, "\n")
	dhsort.Strings(lines)
	return dhstrings.Join(lines, "\n")
}
`

const testText = `
func dhTests(tests []testing.InternalTest) {
	match := func(pattern, name string) (bool, error) { return true, nil }
	dhSay("\"type\":\"tests\"")
	testing.Main(match, tests, nil, nil)
}
`

const watchText = `
func dhWant(line, column int, text string, wanted ...any) func(...any) {
	return func(got ...any) {
		same, firm := len(got) == len(wanted), true
		for at := range wanted {
			if len(got) == len(wanted) && !dhSame(wanted[at], got[at]) {
				same, firm = false, firm && !dhShuffled(wanted[at], got[at])
			}
		}
		shown := ""
		for at, one := range got {
			if at > 0 {
				shown += ", "
			}
			shown += dhfmt.Sprintf("%#v", one)
		}
		dhTell(line, column, text, shown, same, firm)
	}
}

func dhTell(line, column int, text, shown string, same, firm bool) {
	if len(shown) > 4000 {
		shown = shown[:4000]
	}
	dhSay("\"type\":\"value\",\"line\":" + dhstrconv.Itoa(line) + ",\"column\":" + dhstrconv.Itoa(column) +
		",\"same\":" + dhstrconv.FormatBool(same) + ",\"firm\":" + dhstrconv.FormatBool(firm) +
		",\"expected\":" + dhQuoted(text) + ",\"actual\":" + dhQuoted(shown))
}

func dhSame(wanted, got any) bool {
	if dhreflect.DeepEqual(wanted, got) || dhfmt.Sprint(wanted) == dhfmt.Sprint(got) {
		return true
	}
	value := dhreflect.ValueOf(got)
	switch value.Kind() {
	case dhreflect.Pointer:
		return !value.IsNil() && wanted != nil && dhSame(dhPlain(wanted), value.Elem().Interface())
	case dhreflect.Float32, dhreflect.Float64:
		number, ok := dhreflect.ValueOf(wanted), true
		wide := 0.0
		switch {
		case number.CanFloat():
			wide = number.Float()
		case number.CanInt():
			wide = float64(number.Int())
		default:
			ok = false
		}
		difference := wide - value.Float()
		return ok && difference < 1e-2 && difference > -1e-2
	case dhreflect.Func, dhreflect.Map, dhreflect.Slice, dhreflect.Chan:
		return wanted == nil && value.IsNil()
	}
	return false
}

func dhPlain(value any) any {
	if inner := dhreflect.ValueOf(value); inner.Kind() == dhreflect.Pointer && !inner.IsNil() {
		return inner.Elem().Interface()
	}
	return value
}

// dhShuffled tells two lists of the same things in another order, and what cannot be compared.
func dhShuffled(wanted, got any) bool {
	a, b := dhreflect.ValueOf(wanted), dhreflect.ValueOf(got)
	if a.Kind() != b.Kind() || a.Kind() != dhreflect.Slice && a.Kind() != dhreflect.Array {
		switch b.Kind() {
		case dhreflect.Func, dhreflect.Chan, dhreflect.Struct, dhreflect.Interface, dhreflect.Pointer:
			return true
		}
		return false
	}
	if a.Len() != b.Len() {
		return false
	}
	count := map[string]int{}
	for at := 0; at < a.Len(); at++ {
		count[dhfmt.Sprint(a.Index(at))]++
		count[dhfmt.Sprint(b.Index(at))]--
	}
	for _, left := range count {
		if left != 0 {
			return false
		}
	}
	return true
}

func dhPrints(line, column int, text string, said, data bool) func(string) {
	return func(shown string) {
		dhos.Stdout.WriteString(shown)
		got := dhWords(shown)
		plain, err := dhstrconv.Unquote(text)
		same := got == dhWords(text) || err == nil && got == dhWords(plain)
		dhTell(line, column, text, got, same, said || data && dhAlike(text, got))
	}
}

// dhAlike tells whether what was printed is of the sort that a bare comment shows: a number, a list.
// Where it is not, the comment says something else: a step, an alternative, a placeholder.
func dhAlike(text, got string) bool {
	switch sort := dhSort(text); sort {
	case "text", "nil":
		return true
	default:
		return sort == dhSort(got)
	}
}

func dhSort(text string) string {
	if _, err := dhstrconv.ParseFloat(text, 64); err == nil {
		return "number"
	}
	for _, one := range []string{"[", "map[", "{", "&{"} {
		if dhstrings.HasPrefix(text, one) {
			return one
		}
	}
	switch {
	case text == "true" || text == "false":
		return "truth"
	case text == "<nil>":
		return "nil"
	case dhstrings.HasPrefix(text, "\""):
		return "text"
	}
	return ""
}

func dhWords(text string) string { return dhstrings.Join(dhstrings.Fields(text), " ") }
`

const serverText = `
// A server never ends: two seconds after it began to listen there is nothing more to see.
func init() {
	go func() {
		heard := 0
		for heard < 20 {
			dhtime.Sleep(100 * dhtime.Millisecond)
			if dhListens("/proc/self/net/tcp") || dhListens("/proc/self/net/tcp6") {
				heard++
			} else {
				heard = 0
			}
		}
		dhSay("\"type\":\"server\"")
		dhos.Exit(0)
	}()
}

func dhListens(table string) bool {
	text, _ := dhos.ReadFile(table)
	for _, line := range dhstrings.Split(string(text), "\n") {
		if fields := dhstrings.Fields(line); len(fields) > 3 && fields[3] == "0A" {
			return true
		}
	}
	return false
}
`

const endText = `
func dhEnd() { dhSay("\"type\":\"end\"") }
`

const markText = `
var dhKept = dhKeep()

func dhKeep() int {
	kept, err := dhsyscall.Dup(1)
	if err != nil {
		return -1
	}
	empty, err := dhsyscall.Open("/dev/null", dhsyscall.O_WRONLY, 0)
	if err != nil || dhsyscall.Dup3(empty, 1, 0) != nil {
		return -1
	}
	return kept
}

func dhMark() {
	dhSay("\"type\":\"mark\"")
	if dhKept >= 0 {
		dhsyscall.Dup3(dhKept, 1, 0)
		dhsyscall.Close(dhKept)
	}
}
`
