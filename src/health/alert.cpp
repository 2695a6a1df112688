#include "health/alert.hpp"

#include "base/utf8.hpp"

#include <set>

namespace evenkeel::health {
namespace {

std::optional<Alert> open_alert(store::Tx& tx, const std::string& release_id) {
  return store::one<Alert>(tx, "alert", "WHERE release_id = $1 AND state = 'open' ORDER BY opened_at LIMIT 1", {release_id});
}

/// The pager knows the key: telling it again changes the words of the page and wakes nobody twice.
void tell_pager(Work& work, const Alert& alert, const char* action, const std::string& job_key) {
  work.enqueue({"page", json::Object{{"alert", alert.id}, {"action", action}}, work.now, "page:" + job_key, alert.release_id, 1000});
}

void resolve(Work& work, Alert alert, const std::string& because = {}) {
  alert.state = "resolved";
  alert.resolved_at = work.now;
  for (auto& p : alert.parts) p.over = true;
  store::update(work.tx, "alert", alert);
  tell_pager(work, alert, "resolve", "resolve:" + alert.dedup_key);
  std::vector<std::pair<std::string, std::string>> facts{{"service", alert.service}};
  if (!because.empty()) facts.emplace_back("because", because);
  work.record({.kind = "alert.resolved", .subject = alert.id, .release = alert.release_id, .facts = std::move(facts)});
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

void raise(Work& work, const std::string& release_id, const AlertPart& part) {
  work.tx.lock("alert", release_id);
  if (auto alert = open_alert(work.tx, release_id)) {
    const auto same = [&](const AlertPart& p) { return p.watch_id == part.watch_id && p.service == part.service && !p.over; };
    if (std::any_of(alert->parts.begin(), alert->parts.end(), same)) return;
    alert->parts.push_back(part);
    alert->summary = summary_of(alert->parts);
    store::update(work.tx, "alert", *alert);
    tell_pager(work, *alert, "trigger", fmt::format("trigger:{}#{}", alert->dedup_key, alert->parts.size()));
    work.record({.kind = "alert.grew",
                 .subject = alert->id,
                 .release = release_id,
                 .facts = {{"service", part.service}, {"parts", std::to_string(alert->parts.size())}}});
    return;
  }
  const auto earlier = work.tx.integer("SELECT count(*) FROM alert WHERE release_id = $1", {release_id});
  const auto key = fmt::format("evenkeel:{}{}", release_id, earlier == 0 ? "" : fmt::format(":{}", earlier + 1));
  const Alert alert{work.new_id("alr"), key, release_id, part.watch_id, part.service, part.sentence, "open", work.now, {}, {part}};
  store::insert(work.tx, "alert", alert);
  tell_pager(work, alert, "trigger", "trigger:" + key);
  work.record(
      {.kind = "alert.opened", .subject = alert.id, .release = release_id, .facts = {{"service", part.service}, {"dedup_key", key}}});
}

void lower(Work& work, const std::string& release_id, const std::string& watch_id) {
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

void lower_breach(Work& work, const std::string& release_id, const std::string& watch_id, const std::string& because) {
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

bool note_acknowledged(Work& work, const std::string& release_id, const std::string& by) {
  work.tx.lock("alert", release_id);
  auto alert = open_alert(work.tx, release_id);
  if (!alert || alert->acknowledged_at) return false;
  alert->acknowledged_at = work.now;
  alert->acknowledged_by = by;
  store::update(work.tx, "alert", *alert);
  tell_pager(work, *alert, "acknowledge", "acknowledge:" + alert->dedup_key);
  work.record({.kind = "alert.acknowledged", .subject = alert->id, .release = release_id, .facts = {{"by", by}}});
  return true;
}

void note_escalated(Work& work, const std::string& alert_id, const std::string& deputy) {
  auto alert = store::one<Alert>(work.tx, "alert", "WHERE id = $1", {alert_id});
  if (!alert || alert->escalated_at) return;
  alert->escalated_at = work.now;
  store::update(work.tx, "alert", *alert);
  const auto after = std::chrono::duration_cast<Millis>(work.now - alert->opened_at);
  work.record({.kind = "alert.escalated",
               .subject = alert->id,
               .release = alert->release_id,
               .facts = {{"to", deputy}, {"after_ms", std::to_string(after.count())}}});
  if (alert->state != "open") tell_pager(work, *alert, "resolve", "resolve:" + alert->dedup_key + ":deputy");  // it ended meanwhile
}

void resolve_alerts(Work& work, const std::string& release_id) {
  for (auto& alert : store::all<Alert>(work.tx, "alert", "WHERE release_id = $1 AND state = 'open'", {release_id}))
    resolve(work, std::move(alert));
}

}  // namespace evenkeel::health
