/* The verbs of tai-sla, and what they share. */
#ifndef TAI_SLA_H
#define TAI_SLA_H

#include "base/time.h"
#include "cmd.h"
#include "domain/clock/clock.h"
#include "format/zone.h"

int	sla_clock(struct cmd *, struct err *);
extern const struct option clock_options[];
int	clock_option(struct cmd *, int, const char *, struct err *);
int	sla_due(struct cmd *, struct err *);
int	sla_watch(struct cmd *, struct err *);
extern const struct option watch_options[];
int	watch_option(struct cmd *, int, const char *, struct err *);
int	sla_explain(struct cmd *, struct err *);
int	sla_lint(struct cmd *, struct err *);
int	sla_calendar(struct cmd *, struct err *);
extern const struct option calendar_options[];
int	calendar_option(struct cmd *, int, const char *, struct err *);
int	sla_incident(struct cmd *, struct err *);
extern const struct option incident_options[], maintenance_options[];
int	incident_option(struct cmd *, int, const char *, struct err *);
int	sla_maintenance(struct cmd *, struct err *);
int	sla_burn(struct cmd *, struct err *);
extern const struct option burn_options[];
int	burn_option(struct cmd *, int, const char *, struct err *);
int	sla_uptime(struct cmd *, struct err *);
extern const struct option uptime_options[];
int	uptime_option(struct cmd *, int, const char *, struct err *);
int	sla_achievement(struct cmd *, struct err *);
extern const struct option achievement_options[];
int	achievement_option(struct cmd *, int, const char *, struct err *);
int	sla_whatif(struct cmd *, struct err *);
extern const struct option whatif_options[];
int	whatif_option(struct cmd *, int, const char *, struct err *);
int	sla_oncall(struct cmd *, struct err *);
extern const struct option oncall_options[];
int	oncall_option(struct cmd *, int, const char *, struct err *);

/*
 * The ticket now, its customer's tier and its clocks. False when it does not
 * exist yet, and when its tier has no targets, which is told.
 */
bool	sla_clocks(struct cmd *, const struct history *, struct arena *,
	    struct ticket *, const char **tier, struct clock [CLOCKS]);
/* The tier's place in the policy, below SLA_TIERS; -1 for none. */
#define SLA_TIERS	64
int	sla_tier(const struct policy *, const char *tier);
/* A time as said.h reads it, where we are; ERR_USAGE with the option's name. */
int	sla_moment(struct cmd *, const char *name, const char *text,
	    int64_t *, struct err *);
/* The zone that a time ends with and that is none ("CET"); or NULL. */
const char *sla_no_zone(const char *text);
/* Whether it is a wait that needed no answer, told of only as an event. */
bool	sla_needless(const struct clock *);
/* The id of an event's record, of the arena or the event's; NULL unknown. */
const char *sla_record(struct cmd *, const struct event *, struct arena *);
/* Who of ours or theirs it is from, "" unknown; "question by ann@x". */
const char *sla_who(const struct event *, struct arena *);
const char *sla_cause(const struct event *, struct arena *);
/* Appends the log of an instance as a JSON array. */
void	sla_events(struct cmd *, struct clock_log *, const struct clock *,
	    struct buf *);
/* "Mon 2026-03-02 10:00:00 PST", in the arena; "Mon 2026-03-02 10:00". */
const char *local_time(const struct zone *, int64_t, struct arena *);
/* The same for a narrow table: "03-02 10:00", of another year with it. */
const char *sla_near(const struct cmd *, const struct zone *, int64_t,
	    struct arena *);
const char *short_time(const struct zone *, int64_t, struct arena *);

#endif
