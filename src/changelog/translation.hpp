// Notes for customers in further languages. The first of `words.locales` is what a note is written in; each other one may have a text of
// its own, written by an author or product, approved by somebody else, and shown only beside the wording that it translates.
#pragma once
#include "changelog/notes.hpp"
#include "work/ids.hpp"

namespace evenkeel::changelog {

struct Translation {
  std::string id;  // note and locale
  NoteId note_id;
  ReleaseId release_id;
  std::string locale, body, body_hash;
  std::string of_hash;  // of the wording that it translates
  std::string written_by;
  SysTime written_at;
};
BOOST_DESCRIBE_STRUCT(Translation, (), (id, note_id, release_id, locale, body, body_hash, of_hash, written_by, written_at))

struct TranslationView {
  std::string locale, body, written_by;
  SysTime written_at;
  bool current = false;  // it translates the note as it stands
  std::string approved_by;
};
BOOST_DESCRIBE_STRUCT(TranslationView, (), (locale, body, written_by, written_at, current, approved_by))

struct Translate {
  static constexpr std::string_view required[] = {"release", "locale", "body"};
  std::string release, locale, body;
};
BOOST_DESCRIBE_STRUCT(Translate, (), (release, locale, body))
/// Whether there is a note and a further locale. Errors: not_found, conflict.
Result<void> may_translate(Work& work, const planning::Release& release);
/// Writes the text for one of the organisation's further locales, before or after the note is published. Needs: author or product. Errors:
/// invalid (locale, empty), not_found (no note). Ledger: note.translated.
Result<TranslationView> translate_note(Work& work, const Translate& command);

struct ApproveTranslation {
  std::string release, locale;
};
BOOST_DESCRIBE_STRUCT(ApproveTranslation, (), (release, locale))
/// Whether there is a translation that this actor may approve. Errors: forbidden, conflict, not_found.
Result<void> may_approve_translations(Work& work, const planning::Release& release);
/// Needs: product; never who wrote it. Refused (conflict) when it translates another wording. Ledger: translation.approved.
Result<TranslationView> approve_translation(Work& work, const ApproveTranslation& command);

std::vector<TranslationView> translations_of(store::Tx& tx, const planning::Release& release);
/// Approved texts of this wording of the customers' note.
std::vector<Translation> approved_translations(store::Tx& tx, const ReleaseId& release_id, const std::string& of_hash);

/// The locale among `offered` that a reader gets: `wanted` (?lang=) where it is offered, else by Accept-Language (RFC 9110, with the
/// longest prefix: "de-AT" gets "de"), else the first.
std::string choose_locale(const std::vector<std::string>& offered, std::string_view wanted, std::string_view accept_language);

}  // namespace evenkeel::changelog
