/* Bare GMime over a Maildir: parse, decode the headers and text, no more. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include <gmime/gmime.h>

static void
part(GMimeObject *parent, GMimeObject *o, gpointer bytes)
{
	char *text;

	(void)parent;
	if (!GMIME_IS_TEXT_PART(o))
		return;
	text = g_mime_text_part_get_text(GMIME_TEXT_PART(o));
	if (text != NULL)
		*(size_t *)bytes += strlen(text);
	g_free(text);
}

static size_t
message(const char *path)
{
	GMimeStream *stream = g_mime_stream_fs_open(path, 0, 0, NULL);
	GMimeParser *parser;
	GMimeMessage *m;
	size_t bytes = 0;

	if (stream == NULL)
		return 0;
	parser = g_mime_parser_new_with_stream(stream);
	m = g_mime_parser_construct_message(parser, NULL);
	if (m != NULL) {
		const char *subject = g_mime_message_get_subject(m);

		bytes += subject != NULL ? strlen(subject) : 0;
		bytes += (size_t)internet_address_list_length(
		    g_mime_message_get_from(m));
		g_mime_message_foreach(m, part, &bytes);
		g_object_unref(m);
	}
	g_object_unref(parser);
	g_object_unref(stream);
	return bytes;
}

int
main(int argc, char **argv)
{
	char path[4096];
	struct dirent *d;
	size_t bytes = 0, n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/cur", argc > 1 ? argv[1] : ".");
	g_mime_init();
	if ((dir = opendir(path)) == NULL)
		return 1;
	while ((d = readdir(dir)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/cur/%s", argv[1], d->d_name);
		bytes += message(path);
		n++;
	}
	printf("%zu messages, %zu bytes\n", n, bytes);
	return 0;
}
