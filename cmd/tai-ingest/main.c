#include "ingest.h"

int
main(int argc, char **argv)
{
	static const struct option stats[] = { STATS_OPTION, { 0 } };
	static const struct option slack[] = { STATS_OPTION,
		{ "export", no_argument, NULL, OPT_EXPORT }, { 0 } };
	static const struct verb verbs[] = {
		{ "mail", ingest_mail, "< MESSAGE",
		    NEED_ORG | MAY_WRITE | DEFER, NULL, NULL },
		{ "mbox", ingest_mbox, "[FILE...]", NEED_ORG | MAY_WRITE,
		    stats, stats_option },
		{ "maildir", ingest_maildir, "[--all] [--recursive] FOLDER...",
		    NEED_ORG | MAY_WRITE, maildir_options, maildir_option },
		{ "import", ingest_import, "--from SOURCE [--map FILE] "
		    "[--instance NAME] [FILE...]", NEED_ORG | MAY_WRITE,
		    import_options, import_option },
		{ "slack", ingest_slack, "[--export] [FILE|FOLDER...]",
		    NEED_ORG | MAY_WRITE, slack, slack_option },
		{ "webhook", ingest_webhook, "[--pending]", LATE | MAY_WRITE,
		    NULL, NULL },
		{ "records", ingest_records, "[FILE...]", MAY_WRITE, NULL,
		    NULL },
		{ "schema", ingest_schema, "[TYPE...]", NO_STORE, NULL, NULL },
		{ 0 }
	};

	return cmd_main("tai-ingest", verbs, argc, argv);
}
