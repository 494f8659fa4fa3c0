"""Whether a made binary holds nothing that runs or is found without being called.

Code of one block that runs before `main` (a constructor), or that a library gathers from all over
the binary, would reach its neighbours of a common build. Macros of a library can make such things
where no text shows them, so that the binary is looked at: both stand in sections of their own.
"""

import struct
from collections.abc import Iterator

_KNOWN = frozenset(
    ".interp .hash .gnu.hash .gnu.version .gnu.version_r .dynsym .dynstr .rela.dyn .rela.plt "
    ".relr.dyn .rel.dyn .rel.plt .init .plt .plt.got .plt.sec .text .fini .rodata .eh_frame_hdr "
    ".eh_frame .gcc_except_table .tdata .tbss .init_array .fini_array .data.rel.ro .dynamic .got "
    ".got.plt .data .bss .relro_padding .tm_clone_table .comment .shstrtab .symtab .strtab "
    ".bss.rel.ro .rodata.cst16 .rodata.cst32 .ARM.exidx .copyrel .lbss .ldata .lrodata".split()
)
_CONSTRUCTORS = 2 * 8  # the C runtime's, and the one by which `std` learns the arguments
_SECTION = struct.Struct("<2I4Q2I2Q")


def is_plain(binary: bytes) -> bool:
    """True for a 64-bit executable of Linux of plain sections and no constructor of its own."""
    try:
        found = dict(_sections(binary))
    except (struct.error, ValueError):
        return False
    constructors = found.get(".init_array", 0)
    return (
        bool(found)
        and constructors <= _CONSTRUCTORS
        and all(name in _KNOWN or name.startswith((".note", ".debug")) for name in found)
    )


def _sections(binary: bytes) -> Iterator[tuple[str, int]]:
    """The name and size of each section (elf(5)); raises for what is no such file."""
    if binary[:6] != b"\x7fELF\x02\x01":
        raise ValueError("not an executable of 64 bits, the lowest byte first")
    (offset,) = struct.unpack_from("<Q", binary, 0x28)
    size, count, names = struct.unpack_from("<3H", binary, 0x3A)
    if size != _SECTION.size or not 0 < names < count:
        raise ValueError("no sections")
    headers = [_SECTION.unpack_from(binary, offset + at * size) for at in range(count)]
    table = binary[headers[names][4] : headers[names][4] + headers[names][5]]
    for header in headers[1:]:
        end = table.index(b"\0", header[0])
        yield table[header[0] : end].decode("ascii", "replace"), header[5]
