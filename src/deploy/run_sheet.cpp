#include "deploy/run_sheet.hpp"

#include "accounts/absence.hpp"
#include "base/median.hpp"
#include "planning/find.hpp"
#include "planning/in_force.hpp"

namespace evenkeel::deploy {
namespace {

using planning::Release;
using planning::SequenceStep;

constexpr std::int64_t newest_runs = 20;

struct Learned {
  std::optional<Millis> median;
  std::string from;
};
/// How long a step of this name took when it was done; in rehearsals where it was never deployed.
Learned learn(store::Tx& tx, const SequenceStep& step) {
  for (const auto kind : {steps::RunKind::deployment, steps::RunKind::rehearsal}) {
    const std::string name{json::enum_text(kind)};
    std::vector<std::int64_t> took;
    tx.exec(
        "SELECT s.ended_at - s.started_at FROM step s JOIN run r ON r.id = s.run_id WHERE r.kind = $1 AND s.service = $2 AND s.name = $3 "
        "AND s.state = 'done' AND s.started_at IS NOT NULL AND s.ended_at IS NOT NULL ORDER BY s.ended_at DESC LIMIT $4",
        {name, step.service, step.spec.name, newest_runs}, [&](const store::Row& row) { took.push_back(row.integer(0)); });
    if (const auto usual = median(took)) return {Millis{*usual}, fmt::format("{} {}{}", took.size(), name, took.size() == 1 ? "" : "s")};
  }
  return {};
}

std::vector<SequenceStep> sequence_of(store::Tx& tx, const Release& release, bool& sealed) {
  const auto decision = gonogo::latest_decision(tx, release.id);
  sealed = decision && decision->verdict == gonogo::Verdict::go;
  if (sealed) return decision->sequence;
  return planning::deployment_sequence(*planning::organisation_of(tx, release), release, planning::components_of(tx, release.id),
                                       planning::targets_of(tx, release.id), planning::flags_of(tx, release.id));
}

std::string in_a_cell(std::string text) {
  std::ranges::replace_if(text, [](char c) { return c == '|' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

std::string who_does(const SheetRow& r) {
  if (!r.away) return in_a_cell(r.owner);
  return in_a_cell(r.stands_in.empty() ? r.owner + " (away)" : r.stands_in + " for " + r.owner);
}

std::string as_markdown(const RunSheet& sheet) {
  auto out = fmt::format("# Run sheet of {}\n\n{}, {}", sheet.release, in_a_cell(sheet.title),
                         sheet.sealed ? "as it was sealed at the go" : "as it is planned now");
  if (sheet.window_start) out += fmt::format("; window {} to {}", to_iso(*sheet.window_start), to_iso(*sheet.window_end));
  out += sheet.expected ? fmt::format("; usually done in {}.\n\n", to_words(*sheet.expected)) : ".\n\n";
  for (const auto& w : sheet.on_call)
    out += fmt::format("- On call for {} from {} to {}: {}{}\n", w.area, to_iso(w.from), to_iso(w.until),
                       w.person.empty() ? "nobody" : in_a_cell(w.person) + (w.instead_of.empty() ? "" : " for " + in_a_cell(w.instead_of)),
                       w.deputy.empty() ? "" : ", deputy " + in_a_cell(w.deputy));
  if (!sheet.on_call.empty()) out += "\n";
  out += "| # | starts | step | of | by | deputy | usually |\n|---|---|---|---|---|---|---|\n";
  for (const auto& r : sheet.rows)
    out += fmt::format("| {} | {} | {} ({}) | {}{} | {} | {} | {} |\n", r.position, r.expected_start ? to_iso(*r.expected_start) : "",
                       in_a_cell(r.name), json::enum_text(r.kind), r.service, r.target.empty() ? "" : " on " + r.target, who_does(r),
                       in_a_cell(r.deputy), r.expected ? fmt::format("{} ({})", to_words(*r.expected), r.learned_from) : "never done");
  return out;
}

}  // namespace

RunSheet run_sheet(store::Tx& tx, const Release& release, SysTime now) {
  RunSheet sheet{.release = planning::called(release),
                 .title = release.title,
                 .window_start = release.window_start,
                 .window_end = release.window_end,
                 .expected = Millis{0},
                 .on_call = planning::on_call_during(tx, release)};
  const auto o = planning::in_force(tx, release);
  const auto name = [&](const std::string& login) { return planning::name_of_login(*o, login); };
  auto from = release.window_start.value_or(now);
  if (release.window_end && from < now && now < *release.window_end) from = now;  // what has not begun begins no earlier
  const accounts::Absences absences{tx, from, std::max(release.window_end.value_or(from), from + Millis{1})};
  auto at = release.window_start ? std::optional(from) : std::nullopt;
  for (const auto& step : sequence_of(tx, release, sheet.sealed)) {
    const auto* service = definitions::find_service(*o, step.service);
    const auto deputy = !step.spec.deputy.empty() ? step.spec.deputy : service ? service->deputy : "";
    auto learned = learn(tx, step);
    SheetRow row{.position = std::int64_t(sheet.rows.size()) + 1,
                 .service = step.service,
                 .target = step.target,
                 .name = step.spec.name,
                 .kind = step.spec.kind,
                 .owner = name(step.owner),
                 .deputy = name(deputy),
                 .expected = learned.median,
                 .learned_from = std::move(learned.from),
                 .expected_start = at};
    const auto away = absences.at(at.value_or(from));
    if (const auto absent = away.find(step.owner); absent != away.end()) row.away = true, row.stands_in = name(absent->second.deputy);
    if (!row.expected) sheet.expected.reset(), at.reset();
    if (sheet.expected) *sheet.expected += *row.expected;
    if (at) *at += *row.expected;
    sheet.rows.push_back(std::move(row));
  }
  sheet.markdown = as_markdown(sheet);
  return sheet;
}

}  // namespace evenkeel::deploy
