// Delivery figures over what is stored, the baseline, histories that are brought along.
#include "catalogue/act.hpp"
#include "catalogue/print.hpp"
#include "dora/intake.hpp"
#include "dora/trend.hpp"

namespace evenkeel::dora {
namespace {

using catalogue::act;
using catalogue::Nothing;
using catalogue::option;

struct OfHistory {
  std::string history;
};
BOOST_DESCRIBE_STRUCT(OfHistory, (), (history))

struct ToldDeployments {
  std::vector<ToldDeployment> deployments;
};
BOOST_DESCRIBE_STRUCT(ToldDeployments, (), (deployments))

Result<std::vector<Explained>> explained(Work& work, const Ask& in) { return std::move(TRY(stored_report(work.tx, in, work.now)).behind); }

Result<Baseline> kept(Work& work, const Nothing&) {
  auto kept = baseline_of(work.tx);
  if (!kept) return not_found("no baseline is kept yet; `evenkeel audit --last 5 --keep` makes and keeps one");
  return std::move(*kept);
}

std::string show_explained(const std::vector<Explained>& all) {
  std::string out;
  for (const auto& e : all)
    out += fmt::format("{} {} {}\n    {}\n    counted in: {}\n", e.when.value_or(catalogue::short_time(e.at)), e.kind, e.what, e.because,
                       e.counted_in.empty() ? "nothing" : fmt::format("{}", fmt::join(e.counted_in, ", ")));
  return out;
}

std::string show_baseline(const Baseline& b) {
  auto out =
      fmt::format("{} releases{}{}, kept {}\n", b.releases, b.repository.empty() ? "" : " of ", b.repository, catalogue::short_time(b.at));
  const auto averages = json::to_value(b.averages);
  for (const auto& [name, value] : averages.get_object())
    if (!value.is_null()) out += fmt::format("  {:<34} {}\n", std::string_view(name), json::dump(value));
  return out;
}

}  // namespace

std::vector<catalogue::Act> acts() {
  const std::string path = "/api/v1/dora", tag = "dora";
  return {
      act("dora.report", "Delivery metrics by a named definition, with counts and intervals",
          [](Work& work, const Ask& in) { return stored_report(work.tx, in, work.now); })
          .reads()
          .for_any_role()
          .http("GET", path, tag),
      act("dora.explain", "For each deployment and incident: counted or not, where, and why", explained)
          .reads()
          .for_any_role()
          .http("GET", path + "/explain", tag)
          .words("dora explain")
          .takes({option(&Ask::definition, "dora-2025, devlake-2023 or fourkeys")
                      .by_default("dora-2025")
                      .of({"dora-2025", "devlake-2023", "fourkeys"}),
                  option(&Ask::from, "First moment (default: 30 days before --to)"), option(&Ask::to, "Last moment (default: now)"),
                  option(&Ask::service, "Only this service"), option(&Ask::area, "Only this area")})
          .prints(show_explained),
      act("dora.trend", "Change fail rate, frequency, lead and recovery time by month on control charts",
          [](Work& work, const TrendAsk& in) { return stored_trend(work.tx, in, work.now); })
          .reads()
          .for_any_role()
          .http("GET", path + "/trend", tag),
      act("dora.keep", "The organisation's first audit, kept once: every report stands beside it", keep_baseline)
          .decides()
          .for_roles({Role::coordinator, Role::engineering_lead, Role::admin})
          .http("POST", path + "/baseline", tag),
      act("dora.baseline", "The first audit that was kept", kept)
          .reads()
          .for_any_role()
          .http("GET", path + "/baseline", tag)
          .words("dora baseline", "The first audit that was kept, beside which every report stands")
          .prints(show_baseline),
      act("dora.backfill",
          "The next part of a history that is brought along: at most 5,000 deployments, with the lines of the file they are on",
          take_backfill)
          .drafts()
          .for_roles({Role::coordinator, Role::engineering_lead, Role::health_monitor, Role::admin})
          .http("POST", path + "/backfills/{history}", tag)
          .taking_bodies_of(std::size_t{16} << 20),
      act("dora.told", "Deployments that went past Evenkeel, at most 5,000 at once",
          [](Work& work, const ToldDeployments& in) { return take_deployments(work, in.deployments); })
          .drafts()
          .for_roles({Role::coordinator, Role::engineering_lead, Role::health_monitor, Role::admin})
          .http("POST", path + "/deployments", tag)
          .taking_bodies_of(std::size_t{16} << 20),
      act("dora.backfilled", "How far a history that is brought along has come",
          [](Work& work, const OfHistory& in) { return backfill_of(work.tx, in.history); })
          .reads()
          .for_any_role()
          .http("GET", path + "/backfills/{history}", tag),
  };
}

}  // namespace evenkeel::dora
