#include "ingest.h"

#define TAKES_IN	(NEED_ORG | NEED_SECRETS | MAY_WRITE)

int
main(int argc, char **argv)
{
	static const struct option stats[] = { STATS_OPTION, { 0 } };
	static const struct option slack[] = { STATS_OPTION,
		{ "export", no_argument, NULL, OPT_EXPORT }, { 0 } };
	static const struct verb verbs[] = {
		{ "mail", ingest_mail, "< MESSAGE",
		    TAKES_IN | DEFER, NULL, NULL },
		{ "mbox", ingest_mbox, "[FILE...]", TAKES_IN,
		    stats, stats_option },
		{ "maildir", ingest_maildir, "[--all] [--recursive] FOLDER...",
		    TAKES_IN, maildir_options, maildir_option },
		{ "import", ingest_import, "--from SOURCE [--map FILE] "
		    "[--instance NAME] [FILE...]", TAKES_IN,
		    import_options, import_option },
		{ "slack", ingest_slack, "[--export] [FILE|FOLDER...]",
		    TAKES_IN, slack, slack_option },
		{ "alert", ingest_alert, "[--from NAME] [FILE...]",
		    TAKES_IN, alert_options, alert_option },
		{ "webhook", ingest_webhook, "[--pending]", LATE | MAY_WRITE,
		    NULL, NULL },
		{ "records", ingest_records, "[FILE...]", MAY_WRITE, NULL,
		    NULL },
		{ "lint", ingest_lint, "", NEED_ORG | NEED_SECRETS | NO_STORE,
		    NULL, NULL },
		{ "schema", ingest_schema, "[TYPE...]", NO_STORE, NULL, NULL },
		{ 0 }
	};

	return cmd_main("tai-ingest", verbs, argc, argv);
}
