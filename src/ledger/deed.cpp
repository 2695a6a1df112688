#include "ledger/deed.hpp"

#include "base/counted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace evenkeel::ledger {
namespace {

struct Pattern {
  std::string_view kind, says;
};
// {fact} is the fact's value. Behind a colon: `word`, a word of a closed set without its underscores; `percent`, of a number in
// thousandths; `minutes`, of milliseconds; `n step`, a number and what it counts; `this|that`, for yes and no. What stands in [brackets] is
// left out when a fact in it is empty or none. Sorted by kind.
constexpr std::array patterns{
    Pattern{"absence.ended", "ended an absence"},
    Pattern{"absence.noted", "noted an absence from {from_at} until {until_at}"},
    Pattern{"account.deactivated", "deactivated an account"},
    Pattern{"account.password_set", "set a password[, which ended {sessions_ended:n session}]"},
    Pattern{"account.set_up", "set up an account with the role {role:word}"},
    Pattern{"alert.acknowledged", "acknowledged the page"},
    Pattern{"alert.escalated", "passed the page on, which nobody had acknowledged for {after_ms:minutes}"},
    Pattern{"alert.grew", "added to the page about {service}"},
    Pattern{"alert.opened", "paged whoever is on call about {service}"},
    Pattern{"alert.resolved", "ended the page about {service}[: {because}]"},
    Pattern{"assessment.read", "read the risk assessment"},
    Pattern{"awaited.escalated", "passed on what nobody had done: {act:word}"},
    Pattern{"awaited.taken", "took on what was waited for: {act:word}"},
    Pattern{"baseline.kept", "kept {releases:n release} of before as the baseline"},
    Pattern{"brief.written", "wrote the internal brief of an entry"},
    Pattern{"change.completed",
            "completed a change from the repository: {files:n file}, tier {tier}[{security_relevant:, security-relevant|}]"},
    Pattern{"change.marked_security", "marked a change as security-relevant"},
    Pattern{"change.reversal_declared", "declared how a change is reversed[{one_way:: it has no way back|}]"},
    Pattern{"change.taken_out", "took a change out[, behind the flag {behind}]"},
    Pattern{"change.tier_overridden", "changed a change's tier from {from} to {to}"},
    Pattern{"changes.imported", "added {added:n change} to the scope"},
    Pattern{"checklist.done", "ticked \"{item}\"[, found: {found}]"},
    Pattern{"checkpoint.contradicted", "saw {witness} contradict the ledger at {size:n entry}"},
    Pattern{"checkpoint.made", "made a checkpoint at {size:n entry}"},
    Pattern{"checkpoint.sent", "sent the checkpoint at {size:n entry} to {channel}"},
    Pattern{"checkpoint.witnessed", "had the checkpoint at {size:n entry} signed by {witness}"},
    Pattern{"communication.delivered", "delivered the {kind:word} for {audience} by {channel}"},
    Pattern{"communication.failed", "could not deliver to {audience} by {channel}"},
    Pattern{"communication.not_needed", "found that {audience} need not be told by {channel}"},
    Pattern{"communication.overdue", "found that {audience} had not been told by {channel} in time, due {deadline}"},
    Pattern{"communication.planned", "planned who is told: {rows:n message}[, {status_updates:n status update}]"},
    Pattern{"communication.sent_out", "sent the {kind:word} out to {audience} by {channel}"},
    Pattern{"component.artefact_set", "named the artefact of {service}"},
    Pattern{"component.confirmed", "confirmed date and window for {service}"},
    Pattern{"connection.tested", "tested a connection ({kind}): {works:it works|it does not work}"},
    Pattern{"decision.recorded", "decided {verdict:word}; recommended was {recommendation:word}"},
    Pattern{"definitions.applied", "applied version {number} of the definitions"},
    Pattern{"definitions.declined", "declined proposed definitions"},
    Pattern{"definitions.proposed", "proposed definitions"},
    Pattern{"delivery.report_sent", "sent the delivery report of {month} by {channel}"},
    Pattern{"delivery.reported", "made the delivery report of {month}: {deployments:n deployment}, {failed} failed"},
    Pattern{"deployment.finished", "ended the deployment of {service} {version}: {result:word}"},
    Pattern{"deployment.rolled_back", "rolled {service} back from {version} to {restored}"},
    Pattern{"deployment.started", "began to deploy {service} {version} to {environment}"},
    Pattern{"deployments.told", "told of {fresh:n deployment}[ and of {changed} known before]"},
    Pattern{"digest.composed", "composed the digest of {period} for {audience}: {entries:n entry}"},
    Pattern{"digest.not_needed", "found nothing for the digest of {period}"},
    Pattern{"emergency.owes", "noted what the emergency owes: {what:word}[ of {service}], due {due_at}"},
    Pattern{"emergency.reviewed", "reviewed the emergency"},
    Pattern{"entries.drafted", "drafted {added:n entry}[, renewed {renewed:n entry}]"},
    Pattern{"entry.edited", "edited an entry"},
    Pattern{"entry.not_notable", "said that a change is not notable"},
    Pattern{"flag.read", "read the flag {flag} on {platform}: {reads}[, planned {planned}]"},
    Pattern{"freeze_exception.approved", "approved an exception to the freeze \"{freeze}\" until {expires_at}"},
    Pattern{"freeze_exception.denied", "denied an exception to the freeze \"{freeze}\""},
    Pattern{"freeze_exception.requested", "asked for an exception to the freeze \"{freeze}\" until {expires_at}"},
    Pattern{"freeze_exception.revoked", "revoked the exception to the freeze \"{freeze}\""},
    Pattern{"gate.waived", "waived the gate {gate} until {until}"},
    Pattern{"guide.written", "wrote the migration guide of an entry"},
    Pattern{"health.calibrated", "calibrated the watch of {service} over {windows:n window}: {level}"},
    Pattern{"health.judged", "judged {service}: {verdict:word}"},
    Pattern{"image.added", "added an image ({media_type})"},
    Pattern{"incident.cause_set", "set the cause of an incident: {cause}, before {before:word}"},
    Pattern{"incident.noted", "noted that an incident[ of {service}] was {what} at {at}"},
    Pattern{"incident.opened", "reported an incident[ of {service}], {what} at {at}"},
    Pattern{"job.retried", "had a job tried again: {kind:word}"},
    Pattern{"late_change.admitted", "admitted a late change"},
    Pattern{"late_change.asked", "asked for a late change"},
    Pattern{"launch_flag.read", "read the launch flag {flag} on {platform}: {reads}"},
    Pattern{"ledger.key_pinned", "pinned the ledger's key"},
    Pattern{"ledger.key_rotated", "rotated the ledger's key"},
    Pattern{"ledger.verified", "verified the ledger: {entries:n entry}, {problems:n problem}"},
    Pattern{"line.exempted", "let a release through the stopped line"},
    Pattern{"line.resumed", "lifted the stop of the line[ in {area}]"},
    Pattern{"line.stopped", "stopped the line[ in {area}]"},
    Pattern{"merge.waits", "found that a merge from {line} waits to be taken"},
    Pattern{"note.approved", "approved the {audience} note"},
    Pattern{"note.comment_resolved", "resolved a comment"},
    Pattern{"note.commented", "commented on line {line} of a note"},
    Pattern{"note.drafted", "drafted the {audience} note"},
    Pattern{"note.edited", "edited the {audience} note"},
    Pattern{"note.read", "read the note for {team}"},
    Pattern{"note.translated", "translated a note to {locale}"},
    Pattern{"on_call.swap_ended", "ended the swap of a turn on call in {area}"},
    Pattern{"on_call.swapped", "swapped a turn on call in {area}, {from_at} until {until_at}"},
    Pattern{"person.erased", "erased a person[ and {texts:n text} of theirs]"},
    Pattern{"question.answered", "answered a question {in_time:in time|late}"},
    Pattern{"question.asked", "asked a question, due {due}"},
    Pattern{"recommendation.answered", "{answer} the recommended rollback"},
    Pattern{"release.cancelled", "cancelled the release"},
    Pattern{"release.declared_healthy", "declared the release healthy at {checkpoint}"},
    Pattern{"release.edited", "edited the release ({fields})[, which voided {voided:n sign-off}]"},
    Pattern{"release.moved", "moved the window[ to {window_start}][ until {window_end}]"},
    Pattern{"release.part_undone", "undid a part[ ({service})]: {act:word}"},
    Pattern{"release.planned", "planned {area} {version} with {components:n component}"},
    Pattern{"release.renamed", "renamed the release from {from} to {to}"},
    Pattern{"release.rolled_back", "found every part of the release rolled back"},
    Pattern{"release.stage_entered", "moved the release from {from:word} to {to:word}[: {because}]"},
    Pattern{"release.superseded", "had the release superseded by another"},
    Pattern{"release.window_agreed", "agreed to the window"},
    Pattern{"release.window_proposed", "proposed the window {window_start} until {window_end}"},
    Pattern{"release.withdrawn", "withdrew the release"},
    Pattern{"report.made", "made the {checkpoint} report: {healthy:all criteria hold|not all criteria hold}"},
    Pattern{"retention.applied", "removed what had been kept long enough: {count} of {of:word}"},
    Pattern{"retrospective.action_added", "added an action, due {due_at}"},
    Pattern{"retrospective.action_done", "did an action"},
    Pattern{"retrospective.closed", "closed the retrospective with {actions:n action}"},
    Pattern{"retrospective.opened", "opened the retrospective: {rule}"},
    Pattern{"risk.assessed", "assessed the risk: {level}, {likelihood_permille:percent} likely to fail"},
    Pattern{"rollback.documented", "documented the rollback of {service}, version {number}"},
    Pattern{"rollback.ordered", "ordered a rollback: {act:word}[, to {to}]"},
    Pattern{"rollback.recommended", "recommended a rollback[ for {service}]: {act:word}"},
    Pattern{"rollback.rehearsed", "rehearsed the rollback of {service} in {environment}: {passed:it works|it does not work}"},
    Pattern{"run.abandoned", "abandoned the run"},
    Pattern{"run.ended", "ended the {kind}[ in {environment}]: {state}[, {because}]"},
    Pattern{"run.held", "held the run"},
    Pattern{"run.resumed", "let the run go on"},
    Pattern{"run.started", "began the {kind} in {environment}: {steps:n step}"},
    Pattern{"second_factor.begun", "began to set up a second factor"},
    Pattern{"second_factor.confirmed", "confirmed a second factor"},
    Pattern{"second_factor.recovered", "signed in with a recovery code, {left} left"},
    Pattern{"second_factor.removed", "removed a second factor"},
    Pattern{"security.reviewed", "reviewed the release's security: {verdict}"},
    Pattern{"session.refused", "was refused at sign-in: {why:word}"},
    Pattern{"session.started", "signed in[, until {until}]"},
    Pattern{"signal.ended", "told that a signal of {service} ended, which had fired since {started}"},
    Pattern{"signal.fired", "told that a signal of {service} fires since {started}"},
    Pattern{"signoff.given", "voted {verdict:word} as {role:word}"},
    Pattern{"silence.seen", "saw alerts of {service} silenced until {until}"},
    Pattern{"status.delivered", "delivered the status \"{moment:word}\" for {audience} by {channel}"},
    Pattern{"status.failed", "could not deliver the status \"{moment:word}\" to {audience} by {channel}"},
    Pattern{"status.not_needed", "found that {audience} need not be told \"{moment:word}\" by {channel}"},
    Pattern{"status.told", "told {audience} the status \"{moment:word}\" by {channel}"},
    Pattern{"step.confirmed", "confirmed the step {step}"},
    Pattern{"step.denied", "denied the step {step}"},
    Pattern{"step.ended", "ran the step {step}[ of {service}]: {outcome}"},
    Pattern{"step.retried", "had the step {step} tried again"},
    Pattern{"step.skipped", "skipped the step {step}"},
    Pattern{"step.waits_for_person", "waits for a person at the step {step}"},
    Pattern{"subscription.asked", "asked for a subscription to {audience}, {rhythm:word}"},
    Pattern{"subscription.bounced", "ended a subscription to {audience} whose mail came back: {because}"},
    Pattern{"subscription.changed", "changed a subscription to {rhythm:word}[ in {locale}]"},
    Pattern{"subscription.confirmed", "confirmed a subscription to {audience}"},
    Pattern{"subscription.ended", "ended a subscription to {audience}[: {because}]"},
    Pattern{"target.version_told", "told that {version} of {service} runs on {target} in {environment}"},
    Pattern{"tests.recorded", "recorded the tests of {service}: {passed} passed, {failed} failed"},
    Pattern{"text.erased", "erased a text"},
    Pattern{"text.erasure_explained", "explained why a text is gone"},
    Pattern{"ticket.read", "read the ticket {ticket}: {reads}"},
    Pattern{"token.issued", "issued a token of scope {scope}[, until {until}]"},
    Pattern{"token.revoked", "revoked a token"},
    Pattern{"tokens.revoked", "revoked {ended:n token}"},
    Pattern{"translation.approved", "approved the translation to {locale}"},
    Pattern{"watch.ended", "ended the watch of {service}: {because}"},
    Pattern{"watch.started", "began to watch {service} ({phase})"},
    Pattern{"wording.asked", "asked {model} for another wording"},
    Pattern{"wording.failed", "got no wording from {model}"},
    Pattern{"wording.proposed", "got a wording proposed by {model}"},
    Pattern{"wording.taken", "took a wording proposed by {model}"},
};
static_assert(std::ranges::is_sorted(patterns, {}, &Pattern::kind));

std::int64_t number(std::string_view text) {
  std::int64_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}
std::string spaced(std::string text) {
  if (text == "go_no_go") return "go/no-go";
  if (text == "no_go") return "no-go";
  std::ranges::replace(text, '_', ' ');
  return text;
}
/// "no entries", "1 entry", "2 entries".
std::string counted_in_words(std::int64_t n, std::string_view noun) {
  const auto many = noun.ends_with('y') ? fmt::format("{}ies", noun.substr(0, noun.size() - 1)) : fmt::format("{}s", noun);
  return n == 0 ? "no " + many : counted(n, noun, many);
}

/// One {placeholder}: empty where the fact says nothing, as none does in a part in brackets.
std::string filled(const Entry& e, std::string_view placeholder, bool optional) {
  const auto colon = placeholder.find(':');
  auto value = fact(e, placeholder.substr(0, colon));
  if (value.size() > 17 && value[10] == 'T' && value.ends_with('Z')) return value.substr(0, 16) + "Z";  // a time, to the minute
  if (colon == std::string_view::npos || value.empty()) return value;
  const auto how = placeholder.substr(colon + 1);
  if (how == "word") return spaced(std::move(value));
  if (how == "percent") return fmt::format("{:g} %", double(number(value)) / 10);
  if (how == "minutes") return counted_in_words(number(value) / 60'000, "minute");
  if (how.starts_with("n ")) return value == "0" && optional ? "" : counted_in_words(number(value), how.substr(2));
  const auto bar = how.find('|');
  return std::string(value == "yes" ? how.substr(0, bar) : how.substr(bar + 1));
}

/// `says` with its placeholders filled. Null of a part in brackets where one of them is empty.
std::optional<std::string> written(const Entry& e, std::string_view says, bool optional) {
  std::string out;
  for (std::size_t i = 0; i < says.size(); ++i) {
    if (says[i] != '[' && says[i] != '{') {
      out += says[i];
      continue;
    }
    const bool part = says[i] == '[';
    const auto end = says.find(part ? ']' : '}', i);
    const auto inner = says.substr(i + 1, end - i - 1);
    const auto text = part ? written(e, inner, true).value_or("") : filled(e, inner, optional);
    if (optional && text.empty()) return {};
    out += text;
    i = end;
  }
  return out;
}

}  // namespace

std::string_view deed_pattern(std::string_view kind) {
  const auto found = std::ranges::lower_bound(patterns, kind, {}, &Pattern::kind);
  return found != patterns.end() && found->kind == kind ? found->says : std::string_view{};
}

std::string deed_of(const Entry& entry) {
  if (const auto says = deed_pattern(entry.kind); !says.empty()) return *written(entry, says, false);
  std::string facts;
  for (const auto& [name, value] : entry.facts)
    if (!value.empty()) facts += fmt::format("{}{} {}", facts.empty() ? ": " : ", ", spaced(name), value);
  return spoken(entry.kind) + facts;
}

}  // namespace evenkeel::ledger
