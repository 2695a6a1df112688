#include "changelog/proposal.hpp"

#include "base/utf8.hpp"
#include "changelog/events.hpp"
#include "changelog/jobs.hpp"
#include "changelog/note_text.hpp"

namespace evenkeel::changelog {
namespace {

constexpr std::size_t longest_wording = 600;

ProposalView view_of(const Work& work, const Proposal& p) {
  const auto current = definitions::current(work.tx);
  return {p.id,
          p.entry_id,
          p.model,
          work.read_text(p.asked_text),
          p.state,
          p.wording,
          p.problem,
          p.asked_at,
          plain_language(p.wording, current ? (*current)->words.jargon : std::vector<definitions::JargonDef>{})};
}

/// The entry as the rules and people have put it, and nothing of who did it: no names, no ids, no paths.
std::string question_of(const ChangelogEntry& entry, const definitions::Organisation& o) {
  std::string out =
      fmt::format("Kind of change: {}{}\nTechnical text: {}\n", type_text(entry.type), entry.breaking ? ", breaking" : "", entry.text());
  if (!entry.migration_text.empty()) out += "What readers must do: " + entry.migration_text + "\n";
  for (const auto& j : o.words.jargon) out += fmt::format("Avoid the word \"{}\"{}\n", j.word, j.instead.empty() ? "" : "; " + j.instead);
  return out;
}

std::string tidied(const std::string& answer) {
  auto text = without_marks(answer);
  text.erase(0, text.find_first_not_of(" \t\r\n"));
  text.resize(std::min(text.find("\n\n"), text.size()));
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  text = clean_text(text, longest_wording);
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

template <class E>
void record_of(Work& work, const Proposal& p) {
  record(work, E{{.proposal = p.id, .connection = p.connection, .model = p.model, .asked_hash = p.asked_hash}},
         {.subject = p.entry_id, .release = p.release_id});
}

}  // namespace

std::string_view drafting_rules() {
  return "You turn one technical changelog entry into one or two short sentences for customers. Begin with what they can do now or what "
         "is better for them. Plain words, active voice, at most 25 words a sentence, no internal names, no ticket numbers, no promises, "
         "nothing that the entry does not say. Answer with the sentences alone.";
}

Result<ProposalView> ask_wording(Work& work, const std::string& reference) {
  const auto entry = store::one<ChangelogEntry>(work.tx, "changelog_entry", "WHERE id = $1 OR change_id = $1", {reference});
  if (!entry) return not_found(fmt::format("there is no changelog entry '{}'; `evenkeel entries list` names them", reference));
  const auto release = TRY(planning::find_release(work.tx, entry->release_id));
  TRY(work.require({Role::author, Role::product, Role::engineering_lead}, release.area, "asking for a wording"));
  const auto current = definitions::current(work.tx);
  const auto& o = **current;
  const auto* connection = o.words.drafting.empty() ? nullptr : definitions::find_connection(o, o.words.drafting);
  if (!connection)
    return unavailable(
        "drafting by a language model is off; the rules' sentence is in the note. `words.drafting` in evenkeel.yaml turns it on");
  if (release.stage >= planning::Stage::communication)
    return conflict(
        fmt::format("release {} is in stage {}; its entries are told already", release.version, json::enum_text(release.stage)));
  if (!entry->notable()) return conflict("the change is not notable; give the entry a type to tell it");
  work.tx.lock("changelog_entry", entry->id);
  if (work.tx.integer("SELECT count(*) FROM wording_proposal WHERE entry_id = $1 AND state = 'asked'", {entry->id}) > 0)
    return conflict("a wording is being asked for; `evenkeel entries proposals` shows it when it comes");
  const auto sent = fmt::format("{}\n\n{}", drafting_rules(), question_of(*entry, o));
  Proposal p{.id = work.new_id("wpr"),
             .entry_id = entry->id,
             .release_id = release.id,
             .connection = connection->name,
             .model = connection->text("model"),
             .asked_text = work.write_text("sent", sent),
             .asked_hash = to_hex(sha256(sent)),
             .asked_by = work.actor.id,
             .asked_at = work.now};
  store::insert(work.tx, "wording_proposal", p);
  enqueue(work, ProposeWording{p.id}, {.at = work.now, .key = "propose_wording:" + p.id, .release = release.id, .tries = Tries::few});
  record_of<WordingAsked>(work, p);
  return view_of(work, p);
}

Result<EntryView> take_proposal(Work& work, const TakeProposal& command) {
  auto p = find_proposal(work.tx, command.proposal);
  if (!p) return not_found("there is no proposal " + command.proposal);
  if (p->state != ProposalState::proposed && p->state != ProposalState::taken)
    return conflict(fmt::format("this proposal is {}", json::enum_text(p->state)));
  auto edited = TRY(edit_entry(work, {.entry = p->entry_id, .customer_text = p->wording}));
  p->state = ProposalState::taken;
  store::update(work.tx, "wording_proposal", *p);
  record_of<WordingTaken>(work, *p);
  return edited;
}

void store_wording(Work& work, Proposal p, const std::string& answer) {
  p.wording = tidied(answer);
  if (p.wording.empty()) return store_problem(work, std::move(p), "the model answered nothing");
  p.state = ProposalState::proposed;
  p.answered_at = work.now;
  store::update(work.tx, "wording_proposal", p);
  record_of<WordingProposed>(work, p);
}

void store_problem(Work& work, Proposal p, const std::string& problem) {
  p.state = ProposalState::failed;
  p.problem = problem;
  p.answered_at = work.now;
  store::update(work.tx, "wording_proposal", p);
  work.write_text("reason", problem);
  record_of<WordingFailed>(work, p);
}

std::vector<ProposalView> proposals_of(const Work& work, const std::string& entry) {
  std::vector<ProposalView> out;
  for (const auto& p : store::all<Proposal>(work.tx, "wording_proposal", "WHERE entry_id = $1 ORDER BY asked_at DESC, id DESC", {entry}))
    out.push_back(view_of(work, p));
  return out;
}
std::optional<Proposal> find_proposal(store::Tx& tx, const std::string& id) {
  return store::one<Proposal>(tx, "wording_proposal", "WHERE id = $1", {id});
}

}  // namespace evenkeel::changelog
