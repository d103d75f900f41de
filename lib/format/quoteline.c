#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "format/quoteline.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static void
read_line(struct line *l, const char *s, size_t len)
{
	size_t k = 0;

	*l = (struct line){ .raw = s };
	/* "- -- " within a text that PGP signed. */
	if (len >= 5 && memcmp(s, "- -- ", 5) == 0)
		k = 2;
	l->dashes = len >= k + 3 && memcmp(s + k, "-- ", 3) == 0 &&
	    (len == k + 3 || (len == k + 4 && s[k + 3] == '\r'));
	k = 0;
	while (len > 0 && (isspace((unsigned char)s[len - 1])))
		len--;
	if (len > 2 && memcmp(s, " > ", 3) == 0)
		k++;
	/* What an mbox escapes is not quoted. */
	if (len - k > 6 && memcmp(s + k, ">From ", 6) == 0)
		k = len;
	for (; k < len && (s[k] == '>' || (s[k] == ' ' && l->depth > 0)); k++)
		l->depth += s[k] == '>';
	if (l->depth == 0)
		for (k = 0; k < len && isspace((unsigned char)s[k]);)
			k++;
	while (k + 1 < len && s[k] == '\302' && s[k + 1] == '\240')
		k += 2;
	while (len >= k + 2 && s[len - 1] == '\240' && s[len - 2] == '\302')
		len -= 2;
	l->s = s + k;
	l->len = len - k;
}

void
lines_split(struct lines *t, const char *s, size_t len)
{
	size_t n = 1;

	for (const char *p = s; (p = memchr(p, '\n', len -
	    (size_t)(p - s))) != NULL; p++)
		n++;
	t->line = xreallocarray(NULL, n, sizeof(*t->line));
	t->n = t->last = 0;
	for (size_t i = 0; i < len;) {
		const char *nl = memchr(s + i, '\n', len - i);
		size_t end = nl != NULL ? (size_t)(nl - s) : len;

		read_line(&t->line[t->n], s + i, end - i);
		if (t->line[t->n++].depth > 0)
			t->last = t->n;
		i = end + 1;
	}
}

size_t
line_text(const struct lines *t, size_t at)
{
	for (size_t i = at; i < t->n && i < at + 10; i++)
		if (t->line[i].len > 0)
			return i;
	return t->n;
}

static size_t
run(const char *s, size_t len, bool back)
{
	size_t n = 0;

	for (;;) {
		const char *p = back ? s + len - n : s + n;

		if (n < len && strchr("-_=*#~ ", back ? p[-1] : *p) != NULL)
			n++;
		else if (len - n >= 3 && memcmp(back ? p - 3 : p,
		    "\342\200", 2) == 0 && (back ? p[-1] : p[2]) >= '\220' &&
		    (back ? p[-1] : p[2]) <= '\225')
			n += 3;		/* a long dash */
		else
			return n;
	}
}

bool
line_is_rule(const struct line *l, bool words)
{
	size_t left = run(l->s, l->len, false), right;

	if (l->len < 3 || l->len > 200 || *l->s == '#')
		return false;
	if (left == l->len)
		return true;
	right = run(l->s, l->len, true);
	return words && left >= 2 && right >= 2 && l->len - left - right < 80;
}

bool
line_is_elision(const struct line *l)
{
	static const char *const words[] = { "...", "…", "snip", "snipped",
	    "cut", "schnipp", "coupé", "…" };
	const char *s = l->s;
	size_t len = l->len;

	if (len < 3 || len > 20 || strchr("[<(-.\342", *s) == NULL)
		return false;
	while (len > 0 && strchr("[<(- ", *s) != NULL)
		s++, len--;
	while (len > 0 && strchr("]>)- ", s[len - 1]) != NULL)
		len--;
	for (size_t i = 0; i < COUNT(words); i++)
		if (len == strlen(words[i]) &&
		    strncasecmp(s, words[i], len) == 0)
			return true;
	return false;
}

bool
line_is_command(const struct line *l)
{
	static const char *const commands[] = { "npm", "npx", "yarn", "sudo",
	    "git", "curl", "wget", "cd", "ls", "docker", "kubectl", "python",
	    "python3", "pip", "ssh", "scp", "cat", "echo", "node", "psql",
	    "mysql", "ping", "nslookup", "dig", "traceroute", "tracert",
	    "ipconfig", "ifconfig", "apt", "apt-get", "yum", "brew", "make",
	    "java", "mvn", "go", "cargo", "rails", "bundle", "php", "composer",
	    "systemctl", "service", "telnet", "openssl", "helm", "terraform",
	    "aws", "gcloud", "az", "select", "Get-Service", "dir", "set",
	    "export", "mkdir", "rm", "cp", "mv", "grep", "tail" };
	size_t n = 0;

	while (n < l->len && !isspace((unsigned char)l->s[n]))
		n++;
	if (n == 0 || n == l->len)
		return n > 0 && *l->s == '$';
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strlen(commands[i]) == n && memcmp(l->s, commands[i],
		    n) == 0)
			return l->s[l->len - 1] != '?' &&
			    l->s[l->len - 1] != '.';
	return *l->s == '$' || (l->len > 2 && l->s[1] == ':' &&
	    l->s[2] == '\\');
}

size_t
line_sign(const struct line *l)
{
	static const char *const prompts[] = { "SQL", "PS", "FTP", "GDB",
	    "IEX", "DB", "CLI", "CMD", "IRB" };
	size_t n = 0;

	if (l->len > 0 && *l->s == '|')
		return 1;
	if (l->len == 0 || !isupper((unsigned char)*l->s))
		return 0;
	while (n < l->len && n < 20 && isalpha((unsigned char)l->s[n]))
		n++;
	if (n == l->len || l->s[n] != '>' || (n + 1 < l->len &&
	    l->s[n + 1] != ' ' && l->s[n + 1] != '>'))
		return 0;
	for (size_t i = 0; i < COUNT(prompts); i++)
		if (strlen(prompts[i]) == n && memcmp(prompts[i], l->s, n) == 0)
			return 0;
	return n + 1;
}

bool
line_has_initials(const struct line *l, size_t k)
{
	for (size_t i = 0; i + 1 < k; i++)
		if (!isupper((unsigned char)l->s[i]))
			return false;
	return k > 1 && k <= 5;
}
