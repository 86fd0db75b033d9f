"""Reads a zip archive's list of entries, as strictly as q8s does when it imports a bundle: the two must never differ."""
import struct
import zlib

from .config import LaunchError

# The same bounds as on the host. Sizes in bytes.
MAX_ENTRIES = 100_000
MAX_DIRECTORY = 64 << 20

_CHUNK = 1 << 20
_END = 22
_WIDE_END = 56
_LOCATOR = 20
_MAX_COMMENT = 0xFFFF
_MAX_16 = 0xFFFF
_MAX_32 = 0xFFFFFFFF
# The host counts in doubles.
_MAX_SAFE = (1 << 53) - 1
_FLAG_DESCRIPTOR = 0x0008
_FLAG_UTF8 = 0x0800
_FLAGS_KNOWN = 0x0006 | _FLAG_DESCRIPTOR | _FLAG_UTF8
_EXTRA_WIDE = 0x0001
_EXTRA_NAME = 0x7075
# No deflate stream unpacks to more than this many times its bytes.
_MAX_DEFLATE_RATIO = 1033


class Refused(LaunchError):
    def __init__(self, what, name=None):
        message = what if name is None else "Entry %r %s." % (name, what)
        super().__init__("bundle-invalid", "The bundle is refused. " + message, "Bundle the project again.")


class Member:
    """One entry as the list at the end has it, and where its content begins."""

    def __init__(self, name, flags, method, crc, packed, size, attributes, offset):
        self.name = name
        self.flags = flags
        self.method = method
        self.crc = crc
        self.packed = packed
        self.size = size
        self.mode = attributes >> 16
        self.offset = offset
        self.start = 0


def read_members(file):
    """The entries in the order of the list, their headers checked. Raises Refused for whatever is ambiguous."""
    size = file.seek(0, 2)
    offset, length, count = _read_frame(file, size)
    if count > MAX_ENTRIES:
        raise Refused("It has %d entries, more than %d." % (count, MAX_ENTRIES))
    if length > MAX_DIRECTORY:
        raise Refused("Its list of entries is too long.")
    members = _read_list(_read(file, offset, length), count)
    for member, raw in members:
        member.start = _read_local(file, size, member, raw)
    listed = [member for member, _raw in members]
    _check_extents(file, listed, offset)
    return listed


def chunks(file, member):
    """The content of an entry. Raises Refused at its end, or before, where it is not what was promised."""
    size, crc = 0, 0
    for chunk in _inflated(file, member) if member.method else _packed(file, member):
        size += len(chunk)
        if size > member.size:
            raise Refused("is damaged: it is larger than it says", member.name)
        crc = zlib.crc32(chunk, crc)
        yield chunk
    if size < member.size:
        raise Refused("is damaged: it is smaller than it says", member.name)
    if crc != member.crc:
        raise Refused("is damaged: its checksum is wrong", member.name)


def _packed(file, member):
    position, left = member.start, member.packed
    while left:
        chunk = _read(file, position, min(_CHUNK, left))
        position += len(chunk)
        left -= len(chunk)
        yield chunk


def _inflated(file, member):
    inflate = zlib.decompressobj(-15)
    behind = False
    try:
        for data in _packed(file, member):
            behind = behind or inflate.eof
            while data and not inflate.eof:
                chunk = inflate.decompress(data, _CHUNK)
                data = inflate.unconsumed_tail
                if chunk:
                    yield chunk
            behind = behind or bool(inflate.unused_data)
        # What is left when a bound was met exactly at the end of the input.
        while not inflate.eof:
            chunk = inflate.decompress(b"", _CHUNK)
            if not chunk:
                raise Refused("is damaged: it ends too early", member.name)
            yield chunk
    except zlib.error as error:
        raise Refused("is damaged: %s" % error, member.name) from error
    if behind:
        raise Refused("has bytes behind its content", member.name)


def _read(file, position, length):
    if position > _MAX_SAFE:
        raise Refused("It is damaged: it claims to lie where no file reaches.")
    file.seek(position)
    data = file.read(length)
    if len(data) != length:
        raise Refused("It is not a zip archive, or is not complete.")
    return data


def _read_frame(file, size):
    """Offset, length and number of entries of the list, once the records at the end agree with each other."""
    window = min(_END + _MAX_COMMENT, size)
    data = _read(file, size - window, window)
    at = data.rfind(b"PK\x05\x06", 0, max(0, len(data) - _END + 4))
    if at < 0:
        raise Refused("It is not a zip archive, or is not complete.")
    disk, first_disk, here, count, length, offset, comment = struct.unpack_from("<HHHHIIH", data, at + 4)
    if at + _END + comment != len(data):
        raise Refused("It is damaged: there are bytes after its end.")
    end = size - window + at
    wide = _read_wide(file, end)
    if wide is None:
        if disk or first_disk or here != count:
            raise Refused("It is one part of an archive in several.")
        start = end
    else:
        start = end - _LOCATOR - _WIDE_END
        for narrow, value, limit in zip((offset, length, count), wide, (_MAX_32, _MAX_32, _MAX_16)):
            if narrow not in (limit, value):
                raise Refused("It is damaged: the records at its end disagree.")
        offset, length, count = wide
    if offset + length != start:
        raise Refused("It is damaged: there are bytes before or after its list of entries.")
    return offset, length, count


def _read_wide(file, end):
    if end < _LOCATOR:
        return None
    locator = _read(file, end - _LOCATOR, _LOCATOR)
    if locator[:4] != b"PK\x06\x07":
        return None
    start = struct.unpack_from("<Q", locator, 8)[0]
    if start != end - _LOCATOR - _WIDE_END:
        raise Refused("It is damaged: there are bytes at its end that belong to no entry.")
    record = _read(file, start, _WIDE_END)
    if record[:4] != b"PK\x06\x06" or struct.unpack_from("<I", record, 16)[0]:
        raise Refused("It is damaged: the records at its end are wrong.")
    count, length, offset = struct.unpack_from("<QQQ", record, 32)
    return offset, length, count


def _read_list(data, count):
    members = []
    at = 0
    for _index in range(count):
        if len(data) - at < 46 or data[at : at + 4] != b"PK\x01\x02":
            raise Refused("It is damaged: its list of entries is not what it says.")
        flags, method, _time, crc, packed, size = struct.unpack_from("<HHIIII", data, at + 8)
        name_length, extra_length, comment_length = struct.unpack_from("<HHH", data, at + 28)
        attributes, offset = struct.unpack_from("<II", data, at + 38)
        at += 46
        raw = data[at : at + name_length]
        extra = data[at + name_length : at + name_length + extra_length]
        at += name_length + extra_length + comment_length
        if at > len(data):
            raise Refused("It is damaged: its list of entries is longer than it says.")
        fields = _extra_fields(extra)
        wide = fields.get(_EXTRA_WIDE)
        if wide is not None:
            size, packed, offset = _widen((size, packed, offset), wide)
        name = _name_of(raw, flags, fields.get(_EXTRA_NAME))
        member = Member(name, flags, method, crc, packed, size, attributes, offset)
        _check_packing(member)
        members.append((member, raw))
    if at != len(data):
        raise Refused("It is damaged: its list of entries is shorter than it says.")
    return members


def _extra_fields(extra):
    """The first field of each kind."""
    fields = {}
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if at + 4 + length > len(extra):
            raise Refused("It is damaged: an entry's extra field is longer than it says.")
        fields.setdefault(kind, extra[at + 4 : at + 4 + length])
        at += 4 + length
    return fields


def _widen(values, field):
    """Values that do not fit in 32 bits stand in the field, one after the other."""
    found = []
    for value in values:
        if value == _MAX_32:
            if len(field) < 8:
                raise Refused("It is damaged: an entry's extra field lacks a size.")
            value = struct.unpack_from("<Q", field)[0]
            field = field[8:]
        found.append(value)
    return found


def _name_of(raw, flags, second):
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("has a name that is not UTF-8", raw.decode("latin-1")) from None
    # Info-ZIP's own way to say that a name is UTF-8: version, CRC-32 of the plain name, name.
    second = second if second is not None and len(second) > 5 else None
    if not flags & _FLAG_UTF8 and any(byte > 0x7F for byte in raw):
        if second is None or struct.unpack_from("<I", second, 1)[0] != zlib.crc32(raw):
            raise Refused("has a name that is not marked as UTF-8", name)
    if second is not None and second[5:] != raw:
        raise Refused("has two different names", name)
    return name


def _check_packing(member):
    if member.flags & 1:
        raise Refused("is encrypted", member.name)
    if member.flags & ~_FLAGS_KNOWN:
        raise Refused("needs a feature that no bundle has", member.name)
    if member.method not in (0, 8):
        raise Refused("is compressed in a way that is not supported", member.name)
    if max(member.size, member.packed) > _MAX_SAFE:
        raise Refused("claims a size that no file has", member.name)
    if member.method == 0 and member.size != member.packed:
        raise Refused("is stored, with two different sizes", member.name)
    if member.size > (member.packed + 1) * _MAX_DEFLATE_RATIO:
        raise Refused("claims more bytes than its packed ones can hold", member.name)


def _read_local(file, file_size, member, raw):
    """Where the content begins. The header before it must say what the list says."""
    if member.offset > file_size - 30:
        raise Refused("has no header of its own", member.name)
    header = _read(file, member.offset, 30)
    if header[:4] != b"PK\x03\x04":
        raise Refused("has no header of its own", member.name)
    flags, method, _time, crc, packed, size, name_length, extra_length = struct.unpack_from("<HHIIIIHH", header, 6)
    start = member.offset + 30 + name_length + extra_length
    if start + member.packed > file_size:
        raise Refused("is longer than the archive", member.name)
    name = _read(file, member.offset + 30, name_length + extra_length)
    if name[:name_length] != raw or flags != member.flags or method != member.method:
        raise Refused("has two headers that disagree", member.name)
    if _MAX_32 in (size, packed):
        wide = _local_wide(name[name_length:])
        if wide is None:
            raise Refused("has a damaged header", member.name)
        size = wide[0] if size == _MAX_32 else size
        packed = wide[1] if packed == _MAX_32 else packed
    for here, listed in ((crc, member.crc), (packed, member.packed), (size, member.size)):
        if here != listed and not (member.flags & _FLAG_DESCRIPTOR and here == 0):
            raise Refused("has two headers that disagree about its size or checksum", member.name)
    return start


def _local_wide(extra):
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if at + 4 + length > len(extra):
            return None
        if kind == _EXTRA_WIDE:
            return struct.unpack_from("<QQ", extra, at + 4) if length >= 16 else None
        at += 4 + length
    return None


def _check_extents(file, members, directory):
    """Entries follow each other without a gap or an overlap, from the first byte to the list."""
    ordered = sorted(members, key=lambda member: member.offset)
    if (ordered[0].offset if ordered else directory) != 0:
        raise Refused("It is damaged: there are bytes before its first entry.")
    nexts = [member.offset for member in ordered[1:]] + [directory]
    for member, following in zip(ordered, nexts):
        end = member.start + member.packed
        if following < end:
            raise Refused("overlaps what follows it", member.name)
        late = member.flags & _FLAG_DESCRIPTOR
        if following == end and not late:
            continue
        if not late or following - end > 24 or not _is_descriptor(_read(file, end, following - end), member):
            raise Refused("is followed by bytes that belong to no entry", member.name)


def _is_descriptor(gap, member):
    """CRC-32 and sizes, of 4 or 8 bytes, with or without a signature."""
    if len(gap) in (16, 24):
        if gap[:4] != b"PK\x07\x08":
            return False
        gap = gap[4:]
    forms = {12: "<III", 20: "<IQQ"}
    return len(gap) in forms and struct.unpack(forms[len(gap)], gap) == (member.crc, member.packed, member.size)
