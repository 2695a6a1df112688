#include "changelog/translation.hpp"

#include "changelog/events.hpp"
#include "changelog/image.hpp"
#include "planning/find.hpp"

#include <charconv>

namespace evenkeel::changelog {
namespace {

constexpr std::size_t longest_text = std::size_t{256} * 1024;

std::optional<NoteApproval> approval_of(store::Tx& tx, const Translation& t) {
  return store::one<NoteApproval>(tx, "note_approval", "WHERE note_id = $1 AND body_hash = $2 ORDER BY at DESC, id DESC LIMIT 1",
                                  {t.id, t.body_hash});
}

TranslationView view_of(store::Tx& tx, const Note& note, const Translation& t) {
  const auto approval = approval_of(tx, t);
  return {t.locale, t.body, t.written_by, t.written_at, t.of_hash == note.body_hash, approval ? approval->person : ""};
}

/// The approval covers the wording that is translated too: the same words under another note are not approved.
std::string hash_of(const std::string& body, const std::string& of_hash) { return meaning_hash(body + "\n" + of_hash); }

Result<Note> customers_note_of(store::Tx& tx, const planning::Release& release) {
  auto note = find_note(tx, release.id, NoteAudience::customers);
  if (!note)
    return not_found(
        fmt::format("release {} has no customers note yet; `evenkeel notes draft {}`", release.version, planning::called(release)));
  return std::move(*note);
}

/// By a person who did not write it, beside the wording that it translates.
Result<void> may_be_approved(Work& work, const planning::Release& release, const Note& note, const Translation& t) {
  if (work.actor.kind != ActorKind::person) return forbidden("a translation is approved by a person");
  if (t.written_by == work.actor.id) return forbidden("you wrote this text; somebody else approves it");
  TRY(images_may_be_approved(t.body));
  if (t.of_hash != note.body_hash)
    return conflict(fmt::format("the note says something else by now; translate it again: `evenkeel notes translate {} --locale {}`",
                                planning::called(release), t.locale));
  return {};
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return out;
}

/// "de-at" is served by "de": the range cut at its hyphens until something is offered.
std::string offered_for(const std::vector<std::string>& offered, std::string range) {
  for (; !range.empty(); range.resize(range.rfind('-') == std::string::npos ? 0 : range.rfind('-')))
    for (const auto& locale : offered)
      if (lowered(locale) == range) return locale;
  return {};
}

}  // namespace

Result<void> may_translate(Work& work, const planning::Release& release) {
  TRY(customers_note_of(work.tx, release));
  if (planning::organisation_of(work.tx, release)->words.locales.size() < 2)
    return conflict("there is no further locale; add it to words.locales in evenkeel.yaml");
  return {};
}

Result<void> may_approve_translations(Work& work, const planning::Release& release) {
  const auto note = TRY(customers_note_of(work.tx, release));
  Result<void> none = not_found(fmt::format("the note of {} is not translated", release.version));
  for (const auto& t : store::all<Translation>(work.tx, "note_translation", "WHERE release_id = $1", {release.id}))
    if (none = may_be_approved(work, release, note, t); none) break;
  return none;
}

Result<TranslationView> translate_note(Work& work, const Translate& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(work.require({Role::author, Role::product}, release.area, "translating a note"));
  const auto locales = planning::organisation_of(work.tx, release)->words.locales;
  if (std::find(locales.begin() + 1, locales.end(), command.locale) == locales.end())
    return invalid(fmt::format("'{}' is none of the further locales; add it to words.locales in evenkeel.yaml", command.locale), "locale");
  if (command.body.find_first_not_of(" \t\r\n") == std::string::npos) return invalid("a note needs words", "body");
  if (command.body.size() > longest_text) return invalid(fmt::format("a note is at most {} KiB long", longest_text / 1024), "body");
  work.tx.lock("release", release.id);
  const auto note = TRY(customers_note_of(work.tx, release));
  const Translation t{note.id + "/" + command.locale,        note.id,        release.id,    command.locale, command.body,
                      hash_of(command.body, note.body_hash), note.body_hash, work.actor.id, work.now};
  if (store::update(work.tx, "note_translation", t) == 0) store::insert(work.tx, "note_translation", t);
  record(work, NoteTranslated{.locale = t.locale, .text_hash = t.body_hash, .of = t.of_hash, .body_sha256 = to_hex(sha256(t.body))},
         {.subject = note.id, .release = release.id});
  return view_of(work.tx, note, t);
}

Result<TranslationView> approve_translation(Work& work, const ApproveTranslation& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(work.require({Role::product}, release.area, "approving a translation"));
  work.tx.lock("release", release.id);
  const auto note = TRY(customers_note_of(work.tx, release));
  const auto t = store::one<Translation>(work.tx, "note_translation", "WHERE id = $1", {note.id + "/" + command.locale});
  if (!t) return not_found(fmt::format("the note of {} is not translated to '{}'", release.version, command.locale));
  TRY(may_be_approved(work, release, note, *t));
  if (!approval_of(work.tx, *t)) {
    const NoteApproval approval{work.new_id("apr"), t->id, release.id, NoteAudience::customers, t->body_hash, work.actor.id, work.now};
    store::insert(work.tx, "note_approval", approval);
    record(work, TranslationApproved{.locale = t->locale, .text_hash = t->body_hash},
           {.subject = note.id, .release = release.id, .seals = {{"note_approval", approval.id}}});
  }
  return view_of(work.tx, note, *t);
}

std::vector<TranslationView> translations_of(store::Tx& tx, const planning::Release& release) {
  std::vector<TranslationView> out;
  if (const auto note = find_note(tx, release.id, NoteAudience::customers))
    for (const auto& t : store::all<Translation>(tx, "note_translation", "WHERE note_id = $1 ORDER BY locale", {note->id}))
      out.push_back(view_of(tx, *note, t));
  return out;
}

std::vector<Translation> approved_translations(store::Tx& tx, const ReleaseId& release_id, const std::string& of_hash) {
  auto all =
      store::all<Translation>(tx, "note_translation", "WHERE release_id = $1 AND of_hash = $2 ORDER BY locale", {release_id, of_hash});
  std::erase_if(all, [&](const Translation& t) { return !approval_of(tx, t); });
  return all;
}

std::string choose_locale(const std::vector<std::string>& offered, std::string_view wanted, std::string_view accept_language) {
  if (offered.empty()) return {};
  if (auto found = offered_for(offered, lowered(wanted)); !found.empty()) return found;
  std::string best = offered.front();
  double best_quality = 0;
  for (std::size_t at = 0; at < accept_language.size();) {
    const auto comma = std::min(accept_language.find(',', at), accept_language.size());
    auto item = lowered(accept_language.substr(at, comma - at));
    at = comma + 1;
    std::erase(item, ' ');
    double quality = 1;
    if (const auto q = item.find(";q="); q != std::string::npos) {
      (void)std::from_chars(item.data() + q + 3, item.data() + item.size(), quality);
      item.resize(q);
    }
    const auto found = item == "*" ? offered.front() : offered_for(offered, item);
    if (!found.empty() && quality > best_quality) best = found, best_quality = quality;  // the first of equals
  }
  return best;
}

}  // namespace evenkeel::changelog
