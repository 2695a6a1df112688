#include "health/signal.hpp"

#include "base/utf8.hpp"
#include "health/events.hpp"
#include "health/watch.hpp"

namespace evenkeel::health {
namespace {

struct OutsideSilence {  // a row
  std::string id, service, silence, created_by, comment;
  SysTime starts_at, ends_at, seen_at;
};
BOOST_DESCRIBE_STRUCT(OutsideSilence, (), (id, service, silence, created_by, comment, starts_at, ends_at, seen_at))

struct StoredReading {  // a row
  std::string id, connection;
  SysTime read_at;
  std::string problem;
};
BOOST_DESCRIBE_STRUCT(StoredReading, (), (id, connection, read_at, problem))

constexpr std::size_t longest_text = 300;

std::string clock(SysTime t) { return to_iso(t).substr(11, 5); }

template <class E>
void record_of(Work& work, const OutsideAlert& a, const std::string& release) {
  record(work,
         E{{.service = a.service,
            .fingerprint = a.fingerprint,
            .started = a.starts_at,
            .muted = !a.muted.empty(),
            .ended = a.ends_at ? to_iso(*a.ends_at) : ""}},
         {.subject = a.id, .release = release});
}

std::string id_of(const std::string& service, const HeardAlert& a) {
  return fmt::format("{}/{}/{}", service, a.fingerprint, to_millis(a.starts_at));
}

void note_one(Work& work, const std::string& service, const HeardAlert& heard, bool recommends, const std::string& release,
              AlertChanges& changes) {
  auto known = store::one<OutsideAlert>(work.tx, "outside_alert", "WHERE id = $1", {id_of(service, heard)});
  const auto ends = heard.ends_at ? std::optional(std::clamp(*heard.ends_at, heard.starts_at, std::max(heard.starts_at, work.now)))
                                  : std::optional<SysTime>{};
  if (!known) {
    const OutsideAlert row{id_of(service, heard),
                           service,
                           clean_text(heard.fingerprint, 64),
                           clean_text(heard.name, longest_text),
                           clean_text(heard.summary, longest_text),
                           clean_text(heard.muted, 2 * longest_text),
                           recommends,
                           heard.starts_at,
                           work.now,
                           ends};
    store::insert(work.tx, "outside_alert", row);
    record_of<SignalFired>(work, row, release);
    if (ends) return;  // told of when it was over
    changes.began.push_back(row);
    return;
  }
  const bool ended = ends && !known->ends_at, speaks_now = !known->muted.empty() && heard.muted.empty();
  if (known->muted == heard.muted && known->recommends_rollback == recommends && !ended) return;
  known->muted = clean_text(heard.muted, 2 * longest_text), known->recommends_rollback = recommends;
  if (ended) known->ends_at = ends;
  store::update(work.tx, "outside_alert", *known);
  if (ended) record_of<SignalEnded>(work, *known, release), changes.ended.push_back(*known);
  if (!ended && speaks_now && !known->ends_at) record_of<SignalFired>(work, *known, release), changes.began.push_back(*known);
}

void note_silences(Work& work, const std::string& service, const AlertReading& r, const std::string& release) {
  std::set<std::string> active;
  for (const auto& s : r.silences) {
    const auto id = service + "/" + s.id;
    active.insert(id);
    auto known = store::one<OutsideSilence>(work.tx, "outside_silence", "WHERE id = $1", {id});
    const OutsideSilence row{id,          service,   s.id, clean_text(s.created_by, longest_text), clean_text(s.comment, longest_text),
                             s.starts_at, s.ends_at, r.at};
    if (known && known->ends_at == s.ends_at) continue;
    if (known)
      store::update(work.tx, "outside_silence", row);
    else
      store::insert(work.tx, "outside_silence", row);
    record(work, SilenceSeen{.service = service, .silence = s.id, .until = s.ends_at}, {.subject = id, .release = release});
  }
  for (auto& s : store::all<OutsideSilence>(work.tx, "outside_silence", "WHERE service = $1 AND ends_at > $2", {service, to_millis(r.at)}))
    if (!active.contains(s.id)) s.ends_at = r.at, store::update(work.tx, "outside_silence", s);
}

}  // namespace

SysTime deployed_from(store::Tx& tx, const Watch& w) {
  const auto started = tx.integer("SELECT min(started_at) FROM deployment WHERE run_id = $1 AND service = $2", {w.run_id, w.service});
  return started > 0 ? std::min(w.started_at, from_millis(started)) : w.started_at;
}

AlertChanges note_alert(Work& work, const std::string& service, const HeardAlert& alert, bool recommends, const std::string& release) {
  AlertChanges changes;
  note_one(work, service, alert, recommends, release, changes);
  return changes;
}

AlertChanges note_reading(Work& work, const std::string& service, const AlertReading& r, bool recommends, const std::string& release) {
  AlertChanges changes;
  work.tx.exec(
      "INSERT INTO alert_reading (id, connection, read_at, problem) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET connection = "
      "excluded.connection, problem = excluded.problem, read_at = CASE WHEN excluded.problem = '' THEN excluded.read_at ELSE "
      "alert_reading.read_at END",
      {service, r.connection, r.problem.empty() ? to_millis(r.at) : std::int64_t{0}, clean_text(r.problem, longest_text)});
  if (!r.problem.empty()) return changes;
  std::set<std::string> firing;
  for (const auto& a : r.alerts) {
    firing.insert(id_of(service, a));
    note_one(work, service, a, recommends, release, changes);
  }
  for (auto& a : store::all<OutsideAlert>(work.tx, "outside_alert", "WHERE service = $1 AND ends_at IS NULL", {service})) {
    if (firing.contains(a.id)) continue;
    a.ends_at = std::max(r.at, a.starts_at);
    store::update(work.tx, "outside_alert", a);
    record_of<SignalEnded>(work, a, release);
    changes.ended.push_back(std::move(a));
  }
  note_silences(work, service, r, release);
  return changes;
}

std::vector<OutsideAlert> outside_alerts_of(store::Tx& tx, const std::string& service, SysTime from) {
  return store::all<OutsideAlert>(tx, "outside_alert",
                                  "WHERE service = $1 AND (ends_at IS NULL OR ends_at >= $2) ORDER BY starts_at DESC, id LIMIT 20",
                                  {service, to_millis(from)});
}

std::vector<std::string> signals_said(store::Tx& tx, const std::string& service, SysTime from, SysTime to) {
  std::vector<std::string> said;
  for (const auto& a : outside_alerts_of(tx, service, from)) {
    if (a.starts_at > to) continue;
    const auto when = a.ends_at ? fmt::format("fired from {} to {}", clock(a.starts_at), clock(*a.ends_at))
                                : fmt::format("has been firing since {}", a.starts_at < from ? to_iso(a.starts_at) : clock(a.starts_at));
    said.push_back(fmt::format("alert {} {}{}{}", a.name, when, a.starts_at < from ? ", before the deployment already" : "",
                               a.muted.empty() ? "" : " (" + a.muted + ")"));
  }
  for (const auto& s : store::all<OutsideSilence>(tx, "outside_silence",
                                                  "WHERE service = $1 AND ends_at >= $2 AND starts_at <= $3 "
                                                  "ORDER BY starts_at, id LIMIT 5",
                                                  {service, to_millis(from), to_millis(to)}))
    said.push_back(fmt::format("alerts silenced by {} until {}{}", s.created_by, to_iso(s.ends_at),
                               s.comment.empty() ? "" : fmt::format(" (\"{}\")", s.comment)));
  if (const auto r = store::one<StoredReading>(tx, "alert_reading", "WHERE id = $1 AND problem <> ''", {service}))
    said.push_back(fmt::format("whether alerts fire is not known: {}", r->problem));
  return said;
}

bool heed_signals(store::Tx& tx, const Watch& w, bool may_recommend, Verdict& v) {
  const auto since = deployed_from(tx, w);
  const OutsideAlert* speaks = nullptr;
  const auto alerts = outside_alerts_of(tx, w.service, since);
  for (const auto& a : alerts) {
    if (a.ends_at || !a.muted.empty() || a.starts_at < since) continue;
    if (!speaks || (a.recommends_rollback && !speaks->recommends_rollback)) speaks = &a;
  }
  const bool green = v.verdict == ReleaseVerdict::healthy || v.verdict == ReleaseVerdict::no_harm_seen;
  if (!speaks) {
    const auto unread = store::one<StoredReading>(tx, "alert_reading", "WHERE id = $1 AND problem <> ''", {w.service});
    if (!unread || !green) return false;
    v.verdict = ReleaseVerdict::hold;
    v.sentence = fmt::format("Not called healthy, because whether alerts of {} fire is not known: {}. What was measured: {}", w.service,
                             unread->problem, v.sentence);
    return false;
  }
  const auto told = fmt::format("Alert {} of {} has been firing since {}{}.", speaks->name, w.service, clock(speaks->starts_at),
                                speaks->summary.empty() || speaks->summary == speaks->name ? "" : ": " + speaks->summary);
  if (v.verdict == ReleaseVerdict::rollback_recommended) {
    v.sentence += " " + told;
    return speaks->recommends_rollback;
  }
  if (speaks->recommends_rollback && may_recommend)
    v.verdict = ReleaseVerdict::rollback_recommended, v.cause = "alert " + speaks->name;
  else if (green)
    v.verdict = ReleaseVerdict::hold;
  v.sentence = fmt::format("{} What was measured: {}", told, v.sentence);
  return speaks->recommends_rollback;
}

}  // namespace evenkeel::health
