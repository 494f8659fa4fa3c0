"""The names of the language itself: they are no uses of a project.

Sources: the standard library's prelude, its macros, the primitive types, and the built-in
attributes of the Rust reference.
"""

STD = frozenset({"std", "core", "alloc", "proc_macro", "test"})
SELVES = frozenset({"self", "Self", "super", "crate", "$crate"})
PRIMITIVES = frozenset(
    "i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64 bool char str".split()
)
PRELUDE = frozenset(
    "Send Sized Sync Copy Unpin Drop Fn FnMut FnOnce AsyncFn AsyncFnMut AsyncFnOnce AsMut AsRef "
    "From Into DoubleEndedIterator ExactSizeIterator Extend IntoIterator Iterator FromIterator "
    "TryFrom TryInto ToOwned Default Clone PartialEq PartialOrd Eq Ord Debug Hash Option Some None "
    "Result Ok Err Box String ToString Vec Future IntoFuture drop".split()
)
# Not in the prelude, yet of the standard library wherever nothing binds them otherwise.
USUAL = frozenset(
    "Rc Arc RefCell Cell Mutex RwLock HashMap HashSet BTreeMap BTreeSet VecDeque Cow Pin Path "
    "PathBuf Duration Instant PhantomData Display Ordering".split()
)
MACROS = frozenset(
    "assert assert_eq assert_ne cfg column compile_error concat dbg debug_assert debug_assert_eq "
    "debug_assert_ne env eprint eprintln file format format_args include include_bytes "
    "include_str is_x86_feature_detected line matches module_path option_env panic print println "
    "stringify thread_local todo try unimplemented unreachable vec write writeln "
    "macro_rules".split()
)
DERIVES = frozenset("Debug Clone Copy PartialEq Eq Hash PartialOrd Ord Default".split())
ATTRIBUTES = frozenset(
    "allow warn deny forbid expect cfg cfg_attr derive doc test bench ignore should_panic inline "
    "cold must_use repr deprecated macro_export macro_use path no_mangle non_exhaustive "
    "track_caller feature global_allocator link link_name link_section no_std no_main no_implicit_"
    "prelude proc_macro proc_macro_derive proc_macro_attribute recursion_limit target_feature "
    "type_length_limit used automatically_derived crate_name crate_type default rustfmt clippy "
    "export_name instruction_set panic_handler rustdoc".split()
)
# What holds a value gives it back when it is asked for: these are no steps of a chain.
PASSED = frozenset(
    "unwrap expect unwrap_or unwrap_or_else unwrap_or_default unwrap_unchecked clone cloned copied "
    "to_owned as_ref as_mut as_deref as_deref_mut borrow borrow_mut by_ref into_inner ok err "
    "map_err ok_or ok_or_else await".split()
)
# So do these, of crates that many use and that a tree may be of: anyhow, eyre, diesel.
PASSED_ELSEWHERE = frozenset("context with_context wrap_err wrap_err_with into_boxed".split())
WRAPPERS = frozenset(
    "Box Rc Arc RefCell Cell Mutex RwLock Option Result Pin Cow Some Ok Weak OnceCell".split()
)
# Every type has these by a trait of the standard library, or may derive them.
DERIVED_METHODS = frozenset(
    "clone to_string into try_into to_owned eq ne cmp partial_cmp hash fmt borrow borrow_mut "
    "type_id as_ref as_mut lt le gt ge deref deref_mut".split()
)
CONSTRUCTORS = frozenset("default from try_from from_str from_iter".split())
STD_METHODS = DERIVED_METHODS | frozenset(
    "iter iter_mut into_iter len is_empty push push_str pop insert remove get get_mut contains "
    "contains_key extend collect map filter filter_map flat_map fold sum product min max rev zip "
    "enumerate chain take skip next peekable any all find position count last nth for_each clear "
    "split trim lines chars bytes parse starts_with ends_with replace to_lowercase to_uppercase "
    "as_str as_bytes as_slice to_vec sort sort_by sort_by_key dedup drain retain keys values "
    "entry or_insert or_insert_with or_default is_some is_none is_ok is_err and_then or_else "
    "map_or map_or_else lock read write send recv join spawn first resize truncate reverse concat "
    "windows chunks as_mut_slice abs pow sqrt floor ceil round elapsed display exists "
    "with_capacity capacity reserve append swap cycle step_by take_while skip_while flatten "
    "inspect partition max_by min_by max_by_key min_by_key copied cloned unzip scan trim_end "
    "trim_start format is_alphabetic is_numeric to_digit checked_add wrapping_add saturating_sub "
    "set update replace_with flush read_line read_to_string write_all".split()
)
