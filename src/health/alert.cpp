#include "health/alert.hpp"

#include "base/utf8.hpp"
#include "health/events.hpp"
#include "health/jobs.hpp"
#include "work/runner.hpp"

#include <set>

namespace evenkeel::health {
namespace {

std::optional<Alert> open_alert(store::Tx& tx, const ReleaseId& release_id) {
  return store::one<Alert>(tx, "alert", "WHERE release_id = $1 AND state = 'open' ORDER BY opened_at LIMIT 1", {release_id});
}

void note_page(Work& work, const std::string& job, const std::string& alert, std::string_view action) {
  work.tx.exec("INSERT INTO page (id, alert_id, action) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
               {job, alert, std::string(action)});
}

/// The pager knows the key: telling it again changes the words of the page and wakes nobody twice.
void tell_pager(Work& work, const Alert& alert, PageAction action, const std::string& job_key) {
  const auto job = enqueue(work, Page{alert.id, action},
                           {.at = work.now, .key = "page:" + job_key, .release = alert.release_id, .tries = Tries::persistent});
  note_page(work, job, alert.id, json::enum_text(action));
}

void resolve(Work& work, Alert alert, const std::string& because = {}) {
  alert.state = AlertState::resolved;
  alert.resolved_at = work.now;
  for (auto& p : alert.parts) p.over = true;
  store::update(work.tx, "alert", alert);
  tell_pager(work, alert, PageAction::resolve, "resolve:" + alert.dedup_key);
  record(work, AlertResolved{.service = alert.service, .because = because.empty() ? std::nullopt : std::optional(because)},
         {.subject = alert.id, .release = alert.release_id});
}

}  // namespace

std::string summary_of(const std::vector<AlertPart>& parts) {
  std::set<std::string> services;
  const AlertPart* shown = nullptr;
  for (const auto& p : parts) {
    if (p.over && parts.size() > 1) continue;
    if (!p.service.empty()) services.insert(p.service);
    if (!shown) shown = &p;
  }
  if (!shown) return parts.empty() ? "" : parts.back().sentence;
  if (services.size() < 2) return shown->sentence;
  return clean_text(fmt::format("{} components, {}: {}", services.size(), fmt::join(services, ", "), shown->sentence), page_length);
}

void raise(Work& work, const ReleaseId& release_id, const AlertPart& part) {
  work.tx.lock("alert", release_id);
  if (auto alert = open_alert(work.tx, release_id)) {
    const auto same = [&](const AlertPart& p) { return p.watch_id == part.watch_id && p.service == part.service && !p.over; };
    if (std::any_of(alert->parts.begin(), alert->parts.end(), same)) return;
    alert->parts.push_back(part);
    alert->summary = summary_of(alert->parts);
    store::update(work.tx, "alert", *alert);
    tell_pager(work, *alert, PageAction::trigger, fmt::format("trigger:{}#{}", alert->dedup_key, alert->parts.size()));
    record(work, AlertGrew{.service = part.service, .parts = std::int64_t(alert->parts.size())},
           {.subject = alert->id, .release = release_id});
    return;
  }
  const auto earlier = work.tx.integer("SELECT count(*) FROM alert WHERE release_id = $1", {release_id});
  const auto key = fmt::format("evenkeel:{}{}", release_id, earlier == 0 ? "" : fmt::format(":{}", earlier + 1));
  const Alert alert{work.new_id("alr"), key,      release_id, part.watch_id, part.service, part.sentence,
                    AlertState::open,   work.now, {},         {part}};
  store::insert(work.tx, "alert", alert);
  tell_pager(work, alert, PageAction::trigger, "trigger:" + key);
  record(work, AlertOpened{.service = part.service, .dedup_key = key}, {.subject = alert.id, .release = release_id});
}

void lower(Work& work, const ReleaseId& release_id, const WatchId& watch_id) {
  work.tx.lock("alert", release_id);
  auto alert = open_alert(work.tx, release_id);
  if (!alert) return;
  bool any = false, left = false;
  for (auto& p : alert->parts) {
    if (p.watch_id == watch_id && !p.over) any = p.over = true;
    left |= !p.over;
  }
  if (!any) return;
  if (!left) return resolve(work, std::move(*alert));
  alert->summary = summary_of(alert->parts);
  store::update(work.tx, "alert", *alert);
}

void lower_breach(Work& work, const ReleaseId& release_id, const WatchId& watch_id, const std::string& because) {
  work.tx.lock("alert", release_id);
  auto alert = open_alert(work.tx, release_id);
  if (!alert) return;
  bool any = false, watched = false;
  for (auto& p : alert->parts) {
    if (p.watch_id == watch_id && !p.over) p.over = true;
    any |= p.watch_id == watch_id;
    watched |= !p.over && !p.watch_id.empty();
  }
  if (!any) return;
  if (!watched) return resolve(work, std::move(*alert), because);  // what is left is what reports said of the same time
  alert->summary = summary_of(alert->parts);
  store::update(work.tx, "alert", *alert);
}

bool is_being_told(store::Tx& tx, const std::string& alert_id) {
  return tx.integer(
             "SELECT count(*) FROM page p JOIN job j ON j.id = p.id WHERE p.alert_id = $1 AND p.action = 'trigger' AND j.state NOT IN "
             "('done', 'dead')",
             {alert_id}) > 0;
}

void keep_paging(Work& work, const Alert& alert, const KeepPage& order, SysTime at) {
  const auto job =
      enqueue(work, order, {.at = at, .key = "keep_page:" + alert.id, .release = alert.release_id, .tries = Tries::until_done});
  note_page(work, job, alert.id, "keep");
}

bool stop_paging(Engine& engine, const std::string& alert_id) {
  return engine.database.write([&](store::Tx& tx) {
    std::vector<std::string> posts;
    tx.exec("SELECT id FROM page WHERE alert_id = $1 AND action = 'keep'", {alert_id},
            [&](const store::Row& row) { posts.push_back(row.text(0)); });
    jobs::end_waiting(tx, posts, engine.clock.now());
    return tx.integer(
               "SELECT count(*) FROM page p JOIN job j ON j.id = p.id WHERE p.alert_id = $1 AND p.action = 'keep' AND j.state = "
               "'running'",
               {alert_id}) == 0;
  });
}

bool note_acknowledged(Work& work, const ReleaseId& release_id, const std::string& by) {
  work.tx.lock("alert", release_id);
  auto alert = open_alert(work.tx, release_id);
  if (!alert || alert->acknowledged_at) return false;
  alert->acknowledged_at = work.now;
  alert->acknowledged_by = by;
  store::update(work.tx, "alert", *alert);
  tell_pager(work, *alert, PageAction::acknowledge, "acknowledge:" + alert->dedup_key);
  record(work, AlertAcknowledged{.by = by}, {.subject = alert->id, .release = release_id});
  return true;
}

void note_escalated(Work& work, const std::string& alert_id, const std::string& deputy) {
  auto alert = store::one<Alert>(work.tx, "alert", "WHERE id = $1", {alert_id});
  if (!alert || alert->escalated_at) return;
  alert->escalated_at = work.now;
  store::update(work.tx, "alert", *alert);
  const auto after = std::chrono::duration_cast<Millis>(work.now - alert->opened_at);
  record(work, AlertEscalated{.to = deputy, .after_ms = after.count()}, {.subject = alert->id, .release = alert->release_id});
  if (alert->state != AlertState::open)
    tell_pager(work, *alert, PageAction::resolve, "resolve:" + alert->dedup_key + ":deputy");  // it ended meanwhile
}

void resolve_alerts(Work& work, const ReleaseId& release_id) {
  for (auto& alert : store::all<Alert>(work.tx, "alert", "WHERE release_id = $1 AND state = 'open'", {release_id}))
    resolve(work, std::move(alert));
}

}  // namespace evenkeel::health
