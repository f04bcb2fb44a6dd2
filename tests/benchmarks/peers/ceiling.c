/* The eight rules of the mix by hand: how fast this machine decides when nothing stands in the way.

   Requests are taken in blocks. Each pass over a block asks for the memory that the next pass reads, so that the waits
   of a block overlap: number -> person (rank), person -> integrations (offsets), integrations (records), decision. */

#include <stdint.h>
#include <stddef.h>

enum { BLOCK = 32, MONTHS = 39, DAYS = 32, WORDS = 16, INVALID = -2, UNKNOWN = -1 };
enum { IN_PRIMARY = 1 };
enum { NO_REASON = 0, RULE_SATISFIED = 1, NO_CONTROL = 2, NOT_INTEGRATED = 13 };

typedef struct { int32_t begin, end, owner; int16_t code; uint8_t flags, spare; } Record;
/* A bit for each of 64 counters of a birth date of a century, and the person of the first bit that is set. */
typedef struct { uint64_t bits; int64_t first; } Rank;

typedef struct {
    const Rank *ranks;
    const int32_t *offsets;
    const Record *records;
    const int32_t *owner_organisation;
    int32_t first_day, days; /* the days on which anything begins, or that are a system date */
} Register;

typedef struct {
    const int32_t *service, *organisation;
    const int64_t *ssin;
    const int32_t *system_date, *begin, *end;
} Requests;

typedef struct { int32_t begin, end; } Window;
typedef struct { const int32_t *two_months, *twelve_months, *five_years; int32_t first_day; } Shifts;

/* The calendar: months counted from March, so that the day that leap years add is the last one. */
static int32_t day_of(int64_t month, int64_t day) {
    int64_t march = month - 2, year = march >= 0 ? march / 12 : -((11 - march) / 12), in_year = march - year * 12;
    int64_t leap = year / 4 - year / 100 + year / 400;
    return (int32_t)(year * 365 + leap + (in_year * 153 + 2) / 5 + day - 719469);
}

static int32_t months_before(int32_t day, int months) {
    int64_t month = ((int64_t)day + 719528) * 4800 / 146097; /* near enough: at most one off */
    while (day_of(month + 1, 1) <= day) month++;
    while (day_of(month, 1) > day) month--;
    int32_t wanted = day_of(month - months, 1) + (day - day_of(month, 1)), next = day_of(month - months + 1, 1);
    return wanted < next ? wanted : next - 1;
}

void shift_days(const Register *in, int32_t *two_months, int32_t *twelve_months, int32_t *five_years) {
    for (int32_t i = 0; i < in->days; i++) {
        two_months[i] = months_before(in->first_day + i, 2);
        twelve_months[i] = months_before(in->first_day + i, 12) + 1;
        five_years[i] = months_before(in->first_day + i, 60);
    }
}

/* Where the rank of a number stands, or INVALID: its digits are YYMMDD CCC KK, and KK tells the century too. */
static inline int64_t rank_of(int64_t ssin, uint32_t *counter) {
    if (ssin < 0 || ssin >= 100000000000) return INVALID;
    uint64_t nine = (uint64_t)ssin / 100, check = (uint64_t)ssin % 100;
    uint32_t month = nine / 100000 % 100, day = nine / 1000 % 100, kind = month / 20;
    *counter = nine % 1000;
    if (day > 31 || month > 52 || month - kind * 20 > 12 || (month <= 12 && *counter == 0)) return INVALID;
    int earlier = check == 97 - nine % 97, later = check == 97 - (nine + 2000000000) % 97;
    if (!earlier && !later) return INVALID;
    uint64_t date = (((uint64_t)later * 100 + nine / 10000000) * MONTHS + kind * 13 + (month - kind * 20)) * DAYS + day;
    return (int64_t)(date * WORDS + *counter / 64);
}

/* The bit of each number among all ranks, INVALID where its digits are wrong. */
void places_of(const int64_t *numbers, int64_t count, int64_t *place) {
    for (int64_t i = 0; i < count; i++) {
        uint32_t counter;
        int64_t rank = rank_of(numbers[i], &counter);
        place[i] = rank < 0 ? rank : rank * 64 + counter % 64;
    }
}

static inline int64_t person_of(const Rank *ranks, int64_t rank, uint32_t counter) {
    if (rank < 0) return rank;
    uint64_t bit = 1ull << (counter % 64);
    const Rank *found = &ranks[rank];
    return found->bits & bit ? found->first + __builtin_popcountll(found->bits & (bit - 1)) : UNKNOWN;
}

/* Quality codes from one to another, as bits: those of the population are below 64. */
#define CODES(low, high) ((2ull << (high)) - (1ull << (low)))

typedef struct { const Register *in; const Record *rows, *end; int32_t organisation; int64_t *shown; } Person;

static inline int admits(const Person *p, const Record *r, uint64_t codes) {
    return (r->flags & IN_PRIMARY) && p->in->owner_organisation[r->owner] == p->organisation && (codes >> r->code & 1);
}

static inline void show(Person *p, const Record *r) {
    if (p->shown) *p->shown++ = r - p->in->records;
}

static inline int overlaps(Person *p, uint64_t codes, Window w) {
    for (const Record *r = p->rows; r < p->end; r++)
        if (r->begin < w.end && r->end > w.begin && admits(p, r, codes)) { show(p, r); return 1; }
    return 0;
}

/* How many days of the window lie in the union of the rows, which come by begin. */
static inline int32_t days_in(Person *p, uint64_t codes, Window w, const Shifts *early) {
    int32_t reached = w.begin, total = 0;
    for (const Record *r = p->rows; r < p->end; r++) {
        if (r->end <= reached || !admits(p, r, codes)) continue;
        int32_t begin = early ? early->five_years[r->begin - early->first_day] : r->begin;
        int32_t from = begin > reached ? begin : reached, until = r->end < w.end ? r->end : w.end;
        if (until <= from) continue;
        total += until - from;
        reached = until;
        show(p, r);
    }
    return total;
}

static inline int control(Person *p, int service, Window asked, int32_t today, const Shifts *s) {
    const uint64_t any = ~0ull, aid = CODES(1, 9), maintenance = 1ull << 30, kin = 1ull << 31;
    int32_t at = today - s->first_day;
    Window now = {today, today + 1}, year = {s->twelve_months[at], today + 1};
    Window around = {s->two_months[at], today + 46};
    switch (service) {
    case 0: return overlaps(p, any, now);
    case 1: return overlaps(p, aid, asked);
    case 2: return overlaps(p, aid | maintenance, around);
    case 3: return days_in(p, aid | maintenance | kin, asked, s) == asked.end - asked.begin;
    case 4: return overlaps(p, CODES(1, 3), asked) || overlaps(p, CODES(4, 6), now) || overlaps(p, CODES(20, 21), year);
    case 5: return days_in(p, any, asked, NULL) == asked.end - asked.begin;
    default: return days_in(p, aid, year, NULL) >= 90;
    }
}

static inline __attribute__((always_inline)) void decide(
    const Register *in, const Requests *asked, const Shifts *shifts, int64_t count, uint8_t *reason,
    int64_t *offsets, int64_t *shown) {
    int64_t rank[BLOCK], person[BLOCK], *first_shown = shown;
    uint32_t counter[BLOCK];
    for (int64_t from = 0; from < count; from += BLOCK) {
        int length = count - from < BLOCK ? (int)(count - from) : BLOCK;
        for (int i = 0; i < length; i++) {
            rank[i] = rank_of(asked->ssin[from + i], &counter[i]);
            __builtin_prefetch(&in->ranks[rank[i] < 0 ? 0 : rank[i]]);
        }
        for (int i = 0; i < length; i++) {
            person[i] = person_of(in->ranks, rank[i], counter[i]);
            __builtin_prefetch(&in->offsets[person[i] < 0 ? 0 : person[i]]);
        }
        for (int i = 0; i < length; i++) {
            const Record *rows = &in->records[in->offsets[person[i] < 0 ? 0 : person[i]]];
            __builtin_prefetch(rows);
            __builtin_prefetch((const char *)rows + 64);
        }
        for (int i = 0; i < length; i++) {
            int64_t at = from + i, who = person[i];
            int service = asked->service[at], found = NOT_INTEGRATED;
            if (who == INVALID) found = NO_REASON;
            else if (service == 6) found = NO_CONTROL;
            else if (who >= 0) {
                Person p = {in, in->records + in->offsets[who], in->records + in->offsets[who + 1],
                            asked->organisation[at], shown};
                Window period = {asked->begin[at], asked->end[at] + 1};
                if (control(&p, service, period, asked->system_date[at], shifts)) {
                    found = RULE_SATISFIED;
                    shown = p.shown; /* what a refusal has shown so far is forgotten */
                }
            }
            reason[at] = (uint8_t)found;
            if (offsets) offsets[at + 1] = shown - first_shown;
        }
    }
}

void decide_with_evidence(const Register *in, const Requests *asked, const Shifts *shifts, int64_t count,
                          uint8_t *reason, int64_t *offsets, int64_t *shown) {
    offsets[0] = 0;
    decide(in, asked, shifts, count, reason, offsets, shown);
}

void decide_alone(const Register *in, const Requests *asked, const Shifts *shifts, int64_t count, uint8_t *reason) {
    decide(in, asked, shifts, count, reason, NULL, NULL);
}
