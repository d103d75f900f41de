#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "format/charset.h"

#define NAME_ROOM	40
#define OPEN_MAX_CD	8

/*
 * What senders mean: most names stand for a larger set than the standard
 * says, as in browsers (WHATWG Encoding), and some are nobody's.
 */
static const struct alias {
	const char *name, *iconv;
} aliases[] = {
	{ "iso-8859-1", "CP1252" }, { "iso8859-1", "CP1252" },
	{ "latin1", "CP1252" }, { "iso-8859-9", "CP1254" },
	{ "iso-8859-8-i", "CP1255" }, { "iso-8859-8-e", "CP1255" },
	{ "iso-8859-6-i", "ISO-8859-6" }, { "iso-8859-6-e", "ISO-8859-6" },
	{ "gb2312", "GB18030" }, { "gb_2312-80", "GB18030" },
	{ "gbk", "GB18030" }, { "x-gbk", "GB18030" },
	{ "shift_jis", "CP932" }, { "shift-jis", "CP932" },
	{ "sjis", "CP932" }, { "x-sjis", "CP932" },
	{ "windows-31j", "CP932" }, { "euc-kr", "CP949" },
	{ "ks_c_5601-1987", "CP949" }, { "ksc_5601", "CP949" },
	{ "ks_c_5601", "CP949" }, { "big5", "BIG5-HKSCS" },
	{ "x-x-big5", "BIG5-HKSCS" }, { "tis-620", "CP874" },
	{ "iso-8859-11", "CP874" }, { "windows-874", "CP874" },
	{ "unicode-1-1-utf-7", "UTF-7" }, { "x-mac-roman", "MACINTOSH" },
	{ "x-mac-cyrillic", "MAC-CYRILLIC" }, { "koi8-ru", "KOI8-U" },
	{ "iso-2022-jp-ms", "ISO-2022-JP-2" }, { "cp-850", "CP850" },
};

static struct {
	char name[NAME_ROOM];
	iconv_t cd;
} converters[OPEN_MAX_CD];

/* Only the letters of names: a "//" would be an instruction to iconv. */
static bool
plain_name(const char *name, char out[NAME_ROOM])
{
	size_t n = 0;

	for (; *name != '\0'; name++) {
		if (*name == '"' || *name == '\'' ||
		    isspace((unsigned char)*name))
			continue;
		if (n == NAME_ROOM - 1 || (!isalnum((unsigned char)*name) &&
		    strchr("-_.:+", *name) == NULL))
			return false;
		out[n++] = *name;
	}
	out[n] = '\0';
	return n > 0;
}

static bool
converter(const char *name, iconv_t *cd)
{
	static unsigned next;
	unsigned i;

	for (i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcasecmp(name, aliases[i].name) == 0)
			name = aliases[i].iconv;
	for (i = 0; i < OPEN_MAX_CD; i++)
		if (strcasecmp(converters[i].name, name) == 0) {
			*cd = converters[i].cd;
			iconv(*cd, NULL, NULL, NULL, NULL);
			return true;
		}
	if ((*cd = iconv_open("UTF-8", name)) == (iconv_t)-1)
		return false;
	i = next++ % OPEN_MAX_CD;
	if (converters[i].name[0] != '\0')
		iconv_close(converters[i].cd);
	converters[i].cd = *cd;
	snprintf(converters[i].name, NAME_ROOM, "%s", name);
	return true;
}

static bool
convert(iconv_t cd, const char *s, size_t len, size_t max, struct buf *out)
{
	char *in = (char *)(uintptr_t)s;	/* iconv does not write there */
	bool good = true;

	while (len > 0 && out->len < max) {
		size_t room = len < 4096 ? len * 2 + 16 : 8192, left = room;
		char *to = buf_room(out, room);
		size_t got = iconv(cd, &in, &len, &to, &left);
		int why = errno;

		out->len += room - left;
		out->data[out->len] = '\0';
		if (got != (size_t)-1 || (why == E2BIG && left < room))
			continue;
		if (why != EILSEQ && why != EINVAL)
			return false;
		utf8_add(out, 0xfffd);
		good = false;
		in++, len--;
	}
	return good;
}

/* Whether any character outside ASCII is well-formed UTF-8. */
static bool
some_utf8(const char *s, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t n = 1;

		if ((unsigned char)s[i] >= 0x80 &&
		    utf8_decode(s + i, len - i, &n) != 0xfffd)
			return true;
		i += n;
	}
	return false;
}

/* Of one byte a character, so that UTF-8 under it would look odd. */
static bool
single_byte(const char *name)
{
	static const char *const starts[] = { "iso-8859", "iso8859", "latin",
	    "windows-125", "cp125", "koi8", "x-mac", "macintosh", "l1" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (strncasecmp(name, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

/* Whether all of it is UTF-8, and not ASCII alone. */
static bool
only_utf8(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && (unsigned char)s[i] < 0x80)
		i++;
	return i < len && utf8_valid(s, len) == len;
}

bool
charset_decode(const char *name, const char *s, size_t len, size_t max,
    struct buf *out)
{
	char plain[NAME_ROOM];
	bool known, utf8, ascii;
	iconv_t cd;

	if (out->len >= max)
		return true;
	known = name != NULL && plain_name(name, plain);
	utf8 = known && (strcasecmp(plain, "utf-8") == 0 ||
	    strcasecmp(plain, "utf8") == 0);
	ascii = name == NULL || (known && (strcasecmp(plain, "us-ascii") == 0 ||
	    strcasecmp(plain, "ascii") == 0));
	if (known && !utf8 && !ascii && converter(plain, &cd) &&
	    !(single_byte(plain) && only_utf8(s, len)))
		return convert(cd, s, len, max, out);
	if (utf8_valid(s, len) == len || (utf8 && some_utf8(s, len))) {
		bool good = (utf8 || ascii) && utf8_valid(s, len) == len;

		if (len > max - out->len)
			len = max - out->len;
		buf_add(out, s, len);
		return good;
	}
	if (converter("CP1252", &cd))
		convert(cd, s, len, max, out);
	return false;
}
