#include "dora/baseline.hpp"

#include "base/hex.hpp"
#include "base/utf8.hpp"
#include "dora/events.hpp"
#include "stats/samples.hpp"

namespace evenkeel::dora {
namespace {

enum class In { hours, minutes, days, share };

std::string in_words(double value, In unit, std::int64_t n) {
  switch (unit) {
    case In::hours:
      return to_words(Millis{std::llround(value * 3600) * 1000});
    case In::minutes:
      return to_words(Millis{std::llround(value * 60) * 1000});
    case In::days:
      return to_words(Millis{std::llround(value * 86400) * 1000});
    default:
      return fmt::format("{:.3g} % of {}", 100 * value, n);
  }
}

Beside row(std::string title, In unit, std::optional<double> then, std::int64_t n_then, std::optional<double> now, std::int64_t n_now) {
  Beside b{std::move(title), "", "", then, now, n_then, n_now};
  if (then) b.then = in_words(*then, unit, n_then);
  if (now) b.now = in_words(*now, unit, n_now);
  return b;
}

std::optional<double> share_of(std::optional<std::int64_t> k, std::int64_t n) {
  return k && n > 0 ? std::optional(double(*k) / double(n)) : std::nullopt;
}
std::optional<double> mean_of(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / double(values.size());
}

}  // namespace

Result<Baseline> keep_baseline(Work& work, const KeepBaseline& command) {
  TRY(work.require({Role::coordinator, Role::engineering_lead, Role::admin}, "*", "keeping the baseline"));
  const auto* averages = command.audit.is_object() ? command.audit.get_object().if_contains("averages") : nullptr;
  if (!averages) return invalid("audit: is not what `evenkeel audit --json` prints: it has no averages", "audit");
  auto read = json::from_value<AuditAverages>(*averages);
  if (!read) return invalid("audit.averages: " + read.error().message, "audit");
  if (read->releases < 1) return invalid("audit: no release was audited, so there is nothing to compare with later", "audit");
  const auto text = json::dump(command.audit);
  const auto hash = to_hex(sha256(text));
  if (const auto known = baseline_of(work.tx)) {
    if (known->audit_hash == hash) return *known;
    return conflict(
        fmt::format("the baseline of {} releases of {} is kept since {}, and stays: every month is held against it. Look at it "
                    "with `evenkeel dora baseline`",
                    known->releases, known->repository.empty() ? "a repository" : known->repository, to_date(known->at)));
  }
  const Baseline b{work.new_id("bas"), "first", clean_text(command.repository, 300), read->releases, command.audit, hash, *read,
                   work.actor.id,      work.now};
  store::insert(work.tx, "delivery_baseline", b);
  record(work, BaselineKept{.releases = b.releases, .audit = hash}, {.subject = b.id, .seals = {{"delivery_baseline", b.id}}});
  return b;
}

std::optional<Baseline> baseline_of(store::Tx& tx) { return store::one<Baseline>(tx, "delivery_baseline", "WHERE place = 'first'", {}); }

std::vector<Beside> beside(const AuditAverages& then, const Stored& now, std::optional<double> lead_time_hours, std::int64_t n_lead_time,
                           bool on_record) {
  std::vector<double> took, until_customer;
  std::int64_t deployed = 0, rolled_back = 0, unplanned = 0;
  for (const auto& run : now.runs) {
    if (run.result != PartResult::success && run.result != PartResult::rolled_back) continue;
    ++deployed, rolled_back += run.result == PartResult::rolled_back, unplanned += run.unplanned;
    if (run.finished > run.started) took.push_back(double((run.finished - run.started).count()) / 60'000);
    if (run.detected && run.detected_by == "customer")
      until_customer.push_back(double(std::max<std::int64_t>(0, (*run.detected - run.finished).count())) / 60'000);
  }
  const auto days = double((now.facts.window.to - now.facts.window.from).count() + 1) / 86'400'000;
  const auto n = then.releases;
  auto customers = row("Until a customer reported an issue first (mean)", In::minutes, then.minutes_to_first_customer_report,
                       then.customer_reports.value_or(0), mean_of(until_customer), std::int64_t(until_customer.size()));
  if (customers.then.empty() && then.customer_reports) customers.then = "none";  // the audit had reports to look at
  std::vector<Beside> all{
      row("Lead time from commit to production (median)", In::hours, then.lead_time_hours_median, n, lead_time_hours, n_lead_time),
      row("Time between deployments (mean)", In::days, then.days_between_releases, n,
          deployed > 0 ? std::optional(days / double(deployed)) : std::nullopt, deployed),
      row("Rolled back", In::share, share_of(then.rolled_back, n), n, share_of(rolled_back, deployed), deployed),
      row("Made because of an incident (then: followed by a hotfix)", In::share, share_of(then.releases_with_hotfix, n), n,
          share_of(unplanned, deployed), deployed),
      row("Duration of a deployment (mean)", In::minutes, then.deployment_minutes, n, mean_of(took), std::int64_t(took.size())),
      std::move(customers)};
  for (auto& b : all)
    if (b.now.empty() && on_record) b.now = "none in this time";
  return all;
}

}  // namespace evenkeel::dora
