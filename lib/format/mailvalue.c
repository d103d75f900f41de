#include <gmime/gmime.h>

#include <string.h>
#include <strings.h>

#include "format/mailhead.h"
#include "format/mailvalue.h"

#define RECIPIENTS_MAX	200
#define HEADER_MAX	4000		/* of a field that becomes one line */


static void
silent(const gchar *domain, GLogLevelFlags level, const gchar *text, void *arg)
{
	(void)domain, (void)level, (void)text, (void)arg;
}

GMimeParserOptions *
mail_options(void)
{
	static const char *charsets[] = { "utf-8", "windows-1252",
	    "iso-8859-1", NULL };
	static GMimeParserOptions *o;

	if (o == NULL) {
		g_log_set_default_handler(silent, NULL);
		g_mime_init();
		o = g_mime_parser_options_new();
		g_mime_parser_options_set_fallback_charsets(o, charsets);
	}
	return o;
}

char *
mail_line(struct arena *a, const char *value)
{
	char *text, *clean;

	if (value == NULL)
		return NULL;
	text = g_mime_utils_header_decode_text(mail_options(), value);
	clean = mail_clean(a, text, strnlen(text, HEADER_MAX));
	g_free(text);
	return clean;
}

struct recipients {
	struct arena *arena;
	struct writer *w;
	size_t n;
	bool cut;
};

/* Without quotes around it; NULL for one that only repeats the address. */
static char *
plain_name(struct arena *a, const char *name, const char *address)
{
	char *s;
	size_t n;

	if (name == NULL)
		return NULL;
	s = mail_clean(a, name, strnlen(name, HEADER_MAX));
	n = strlen(s);
	if (n > 2 && (*s == '\'' || *s == '"') && s[n - 1] == *s) {
		s[n - 1] = '\0';
		s++;
	}
	return strcasecmp(s, address) == 0 ? NULL : s;
}

static void
write_address(struct recipients *r, InternetAddress *ia)
{
	const char *name = internet_address_get_name(ia), *address;
	struct arena *a = r->arena;
	char *clean_address, *clean_name;

	address = internet_address_mailbox_get_addr(
	    INTERNET_ADDRESS_MAILBOX(ia));
	if (address == NULL)
		return;
	clean_address = mail_clean(a, address, strnlen(address, HEADER_MAX));
	clean_name = plain_name(a, name, clean_address);
	if (*clean_address == '\0' || strncmp(clean_address, "=?", 2) == 0)
		return;
	mail_write_address(r->w, clean_address, clean_name);
	r->n++;
}

static void
write_addresses(struct recipients *r, InternetAddressList *list, int depth)
{
	int n = list != NULL ? internet_address_list_length(list) : 0;

	for (int i = 0; i < n && depth < 8; i++) {
		InternetAddress *ia = internet_address_list_get_address(list,
		    i);

		if (INTERNET_ADDRESS_IS_GROUP(ia)) {
			write_addresses(r, internet_address_group_get_members(
			    INTERNET_ADDRESS_GROUP(ia)), depth + 1);
		} else if (r->n == RECIPIENTS_MAX) {
			r->cut = true;
			return;
		} else
			write_address(r, ia);
	}
}

/* The first mailbox; if whole, the first with an @. */
static bool
first_address(struct arena *a, InternetAddressList *list, bool whole,
    char **address, char **name)
{
	for (int i = 0; i < internet_address_list_length(list) && i < 10;
	    i++) {
		InternetAddress *ia = internet_address_list_get_address(list,
		    i);
		const char *s;

		if (!INTERNET_ADDRESS_IS_MAILBOX(ia))
			continue;
		s = internet_address_mailbox_get_addr(
		    INTERNET_ADDRESS_MAILBOX(ia));
		if (s == NULL || *s == '\0' || (whole &&
		    (strchr(s, '@') == NULL || strpbrk(s, " <>") != NULL)))
			continue;
		*address = mail_clean(a, s, strnlen(s, HEADER_MAX));
		*name = plain_name(a, internet_address_get_name(ia), *address);
		return true;
	}
	return false;
}

static bool
one_address(struct arena *a, const char *value, char **address, char **name)
{
	InternetAddressList *list;
	char *text = mail_line(a, value);
	bool found;

	if (text == NULL || *text == '\0')
		return false;
	list = internet_address_list_parse(mail_options(), value);
	found = (list != NULL &&
	    first_address(a, list, true, address, name)) ||
	    mail_guess_address(a, text, address, name) ||
	    (list != NULL && first_address(a, list, false, address, name));
	if (list != NULL)
		g_object_unref(list);
	if (!found)
		*name = text;
	return true;
}

char *
mail_write_one(struct arena *a, const char *value, const char *key,
    struct writer *w)
{
	char *address = NULL, *name = NULL;

	if (!one_address(a, value, &address, &name))
		return NULL;
	w_key(w, key);
	mail_write_address(w, address, name);
	return address;
}

/* Outlook's "a@b; c@d", unless it is a group: "all: a@b, c@d;". */
static const char *
commas(struct arena *a, const char *value)
{
	bool quoted = false;
	char *s;

	if (strchr(value, ';') == NULL || strchr(value, ':') != NULL)
		return value;
	s = arena_strdup(a, value);
	for (char *c = s; *c != '\0'; c++) {
		if (*c == '"')
			quoted = !quoted;
		else if (*c == ';' && !quoted)
			*c = ',';
	}
	return s;
}

bool
mail_write_many(struct arena *a, const char *value, const char *key,
    struct writer *w)
{
	struct recipients r = { .arena = a, .w = w };
	InternetAddressList *list;
	char *address, *name, *text;

	if (value == NULL)
		return true;
	w_key(w, key);
	w_open(w, '[');
	list = internet_address_list_parse(mail_options(), commas(a, value));
	if (list != NULL) {
		write_addresses(&r, list, 0);
		g_object_unref(list);
	}
	if (r.n == 0 && (text = mail_line(a, value)) != NULL &&
	    mail_guess_address(a, text, &address, &name))
		mail_write_address(w, address, name);
	w_close(w, ']');
	return !r.cut;
}
