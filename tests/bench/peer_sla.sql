-- Response and resolution of the first tenth of the tickets with window
-- functions, as one writes it who has only SQL: in wall time, no calendar.
WITH timed AS (
	SELECT ticket, at, kind, arg,
	    min(CASE WHEN kind = 0 THEN at END) OVER w AS asked,
	    min(CASE WHEN kind = 2 THEN at END) OVER w AS answered,
	    max(CASE WHEN kind = 6 AND arg = 3 THEN at END) OVER w AS resolved,
	    lag(kind) OVER (PARTITION BY ticket ORDER BY at, kind, nonce)
		AS before,
	    row_number() OVER (PARTITION BY ticket ORDER BY at, kind, nonce)
		AS place
	FROM event
	WHERE ticket <= (SELECT max(ticket) / 10 FROM event)
	WINDOW w AS (PARTITION BY ticket)
)
SELECT count(*), sum(answered - asked), sum(resolved - asked)
FROM timed WHERE place = 1;
