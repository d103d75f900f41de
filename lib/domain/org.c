/* Who we are. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "domain/org.h"
#include "format/address.h"
#include "format/zone.h"

#define DAY		86400
#define TOPIC_DAYS	30

const char *
role_name(enum role r)
{
	static const char *const names[] = { "customer", "agent", "auto",
		"system" };

	return names[r];
}

static const char *
lower(struct arena *a, const char *s)
{
	char *copy = arena_strdup(a, s);

	for (char *p = copy; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

/* A list of strings, or of maps with an entry of that name. */
static int
text_list(const struct yaml *root, const char *key, const char *inner,
    struct arena *a, const char *const **out, struct err *e)
{
	const struct yaml *list = yaml_get(root, key);
	const char **texts;
	size_t n = 0;

	texts = arena_zalloc(a, sizeof(*texts) *
	    (size_t)((list != NULL ? list->count : 0) + 1));
	*out = texts;
	if (list == NULL)
		return 0;
	if (list->kind != YAML_LIST)
		return yaml_err(list, e, "%s is not a list", key);
	for (const struct yaml *y = list->first; y != NULL; y = y->next) {
		const char *text = y->kind == YAML_SCALAR ? y->text :
		    yaml_str(y, inner, NULL);

		if (text == NULL || *text == '\0')
			return yaml_err(y, e, "%s without %s", key, inner);
		texts[n++] = lower(a, text);
	}
	return 0;
}

/* One server's name, or a list of them. */
static int
load_authserv(struct org *o, const struct yaml *root, struct arena *a,
    struct err *e)
{
	const struct yaml *y = yaml_get(root, "authserv_id");
	const char **one;

	o->authserv = NULL;
	if (y == NULL || (y->kind == YAML_SCALAR && y->text == NULL))
		return 0;
	if (y->kind != YAML_SCALAR) {
		if (text_list(root, "authserv_id", "id", a, &o->authserv,
		    e) < 0)
			return -1;
		if (o->authserv[0] == NULL)
			o->authserv = NULL;
		return 0;
	}
	if (*y->text == '\0')
		return yaml_err(y, e, "authserv_id is empty");
	one = arena_zalloc(a, 2 * sizeof(*one));
	one[0] = lower(a, y->text);
	o->authserv = one;
	return 0;
}

/* How mail is told apart: see tai-rules(5). */
static int
load_mail(struct org *o, const struct yaml *root, struct arena *a,
    struct err *e)
{
	static const char *const none[] = { NULL };
	int64_t days = TOPIC_DAYS;

	o->freemail = none;
	o->secret_file = yaml_str(root, "secret_file", NULL);
	if (load_authserv(o, root, a, e) < 0 ||
	    text_list(root, "forms", "address", a, &o->forms, e) < 0 ||
	    yaml_bool(root, "arc", &o->arc, e) < 0 ||
	    yaml_int(root, "new_topic_days", 1, 36500, &days, e) < 0)
		return -1;
	o->topic_window = days * DAY;
	return 0;
}

int
org_load_freemail(struct org *o, struct arena *a, const struct yaml *root,
    struct err *e)
{
	static const char *const keys[] = { "freemail", NULL };

	if (yaml_only(root, keys, e) < 0)
		return -1;
	return text_list(root, "freemail", "domain", a, &o->freemail, e);
}

/* "400 days" or 400. */
static int
days_of(const struct yaml *map, const char *key, int64_t *out, struct err *e)
{
	const char *s = yaml_str(map, key, NULL);
	size_t n = s != NULL ? strspn(s, "0123456789") : 0;

	if (yaml_get(map, key) == NULL)
		return 0;
	if (n == 0 || n > 5 || *s == '0' || (s[n] != '\0' &&
	    strcmp(s + n, " days") != 0 && strcmp(s + n, "d") != 0))
		return yaml_err(yaml_get(map, key), e,
		    "%s is not a number of days such as 400 days", key);
	*out = strtoll(s, NULL, 10);
	return 0;
}

static int
load_retention(struct org *o, const struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "raw", "text", "attachments",
		NULL };
	const struct yaml *map = yaml_get(root, "retention");

	if (map == NULL)
		return 0;
	if (yaml_only(map, keys, e) < 0 ||
	    days_of(map, "raw", &o->keep.raw, e) < 0 ||
	    days_of(map, "text", &o->keep.text, e) < 0)
		return -1;
	return days_of(map, "attachments", &o->keep.attachments, e);
}

int
org_load(struct org *o, struct arena *a, struct yaml *root, struct err *e)
{
	static const char *const keys[] = { "name", "address", "addresses",
		"zone", "currency", "default_tier", "agents",
		"agent_domains", "targets", "links", "authserv_id", "arc",
		"forms", "new_topic_days", "secret_file", "retention", NULL };
	const struct yaml *targets = yaml_get(root, "targets");
	const struct zone *zone;
	struct err bad = { 0 };

	if (yaml_only(root, keys, e) < 0)
		return -1;
	memset(o, 0, sizeof(*o));
	o->root = root;
	if (load_retention(o, root, e) < 0)
		return -1;
	o->name = yaml_str(root, "name", "");
	o->zone = yaml_str(root, "zone", "UTC");
	if (zone_load(&zone, o->zone, &bad) < 0)
		return yaml_err(yaml_get(root, "zone"), e, "%s", bad.text);
	o->default_tier = yaml_str(root, "default_tier", NULL);
	o->currency = yaml_str(root, "currency", "USD");
	o->address = yaml_str(root, "address", NULL);
	if (o->address == NULL)
		return yaml_err(root, e, "address is missing");
	if (o->default_tier == NULL)
		return yaml_err(root, e, "default_tier is missing");
	o->address = lower(a, o->address);
	if (text_list(root, "addresses", "address", a, &o->addresses, e) < 0 ||
	    text_list(root, "agents", "address", a, &o->agents, e) < 0 ||
	    text_list(root, "agent_domains", "domain", a, &o->agent_domains,
	    e) < 0)
		return -1;
	if (load_mail(o, root, a, e) < 0)
		return -1;
	if (targets != NULL && (yaml_decimal(targets, "response", 2,
	    &o->target.response, e) < 0 || yaml_decimal(targets, "resolution",
	    2, &o->target.resolution, e) < 0 || yaml_decimal(targets, "csat",
	    2, &o->target.csat, e) < 0))
		return -1;
	return 0;
}

static bool
listed(const char *const *list, const char *s)
{
	for (; *list != NULL; list++) {
		if (strcasecmp(*list, s) == 0)
			return true;
	}
	return false;
}

/* "support+K7Q2M9X4T8WN@tai.example" is support@tai.example: its tag. */
static const char *
tag_of(const char *ours, const char *s, struct arena *a)
{
	size_t local = strcspn(ours, "@"), len;

	if (strncasecmp(ours, s, local) != 0)
		return NULL;
	if (s[local] == '@')
		return strcasecmp(s + local, ours + local) == 0 ? "" : NULL;
	len = strlen(s) - strlen(strchr(s, '@') != NULL ?
	    strchr(s, '@') : "");
	if (s[local] != '+' || len <= local || strcasecmp(s + len,
	    ours + local) != 0)
		return NULL;
	return a != NULL ? arena_strndup(a, s + local + 1, len - local - 1) :
	    s + local + 1;
}

const char *
org_tag(const struct org *o, const char *address, struct arena *a)
{
	const char *tag = tag_of(o->address, address, a);

	for (const char *const *s = o->addresses; tag == NULL && *s != NULL;
	    s++)
		tag = tag_of(*s, address, a);
	return tag;
}

bool
org_freemail(const struct org *o, const char *domain)
{
	return listed(o->freemail, domain);
}

static bool
is_at(const char *address, const char *domain)
{
	const char *at = strrchr(address, '@');

	return at != NULL && strcasecmp(at + 1, domain) == 0;
}

bool
org_is_host(const struct org *o, const char *domain)
{
	if (domain == NULL || *domain == '\0')
		return false;
	for (const char *const *s = o->addresses; *s != NULL; s++) {
		if (is_at(*s, domain))
			return true;
	}
	return is_at(o->address, domain) || listed(o->agent_domains, domain);
}

bool
org_is_form(const struct org *o, const char *address)
{
	const char *domain = address_domain(address);

	if (listed(o->forms, address))
		return true;
	if (domain == NULL || !org_is_host(o, domain))
		return false;
	for (const char *const *s = o->forms; *s != NULL; s++) {
		size_t len = strlen(*s);

		if (strchr(*s, '@') == NULL &&
		    strncasecmp(*s, address, len) == 0 &&
		    address + len + 1 == domain)
			return true;
	}
	return false;
}

enum role
org_role(const struct org *o, const char *address)
{
	const char *at = strrchr(address, '@');

	if (org_tag(o, address, NULL) != NULL)
		return ROLE_SYSTEM;
	if (listed(o->agents, address) ||
	    (at != NULL && listed(o->agent_domains, at + 1)))
		return ROLE_AGENT;
	return ROLE_CUSTOMER;
}
