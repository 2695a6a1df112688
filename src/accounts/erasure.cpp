#include "accounts/erasure.hpp"

#include "accounts/accounts.hpp"
#include "accounts/events.hpp"
#include "ledger/entry.hpp"

namespace evenkeel::accounts {
namespace {

/// Texts whose proofs stand in entries of this person.
std::vector<std::string> words_of(store::Tx& tx, const std::string& person) {
  std::vector<std::string> ids;
  tx.exec("SELECT bytes FROM ledger_entry WHERE actor = $1", {person}, [&](const store::Row& row) {
    if (const auto e = ledger::parse_entry(row.blob(0)))
      for (const auto& t : e->texts) ids.push_back(t.id);
  });
  return ids;
}

/// Answers kept for repeated requests that name the person: the mark that it was done stays (api/endpoints.cpp: shown once).
void forget_answers(store::Tx& tx, const Person& person) {
  std::vector<std::pair<std::string, std::string>> naming;  // actor, key
  tx.exec("SELECT actor, request_key, response FROM idempotency", {}, [&](const store::Row& row) {
    const auto& answer = row.text(2);
    const auto names = [&](const std::string& text) { return !text.empty() && answer.find(text) != std::string::npos; };
    if (names(person.name) || names(person.email)) naming.emplace_back(row.text(0), row.text(1));
  });
  for (const auto& [actor, key] : naming)
    tx.exec("UPDATE idempotency SET status = 204, response = '' WHERE actor = $1 AND request_key = $2", {actor, key});
}

}  // namespace

Result<Erased> erase_text(Work& work, const EraseText& command) {
  TRY(work.require({Role::admin}, "*", "erasing a text"));
  if (command.reason.empty()) return invalid("erasing needs a reason; it stays, so it must name nobody", "reason");
  if (!work.tx.value("SELECT id FROM erasable_text WHERE id = $1", {command.text}))
    return not_found(fmt::format("there is no text '{}'; entries and packs name them (txt_...)", command.text));
  if (!work.erase_text(command.text)) return conflict(fmt::format("text {} is erased already", command.text));
  work.write_text("reason", command.reason);
  record(work, TextErasureExplained{}, {.subject = command.text});
  return Erased{command.text, 1};
}

Result<Erased> erase_person(Work& work, const ErasePerson& command) {
  TRY(work.require({Role::admin}, "*", "erasing a person"));
  if (command.reason.empty()) return invalid("erasing needs a reason; it stays, so it must name nobody", "reason");
  auto person = find_person(work.tx, command.login);
  if (!person) person = person_by_id(work.tx, command.login);
  if (!person) return not_found(fmt::format("there is no person '{}'", command.login));
  if (person->id == work.actor.id) return forbidden("nobody erases themself; another admin does");
  if (person->active)
    return conflict(fmt::format("{} is still one of the people in evenkeel.yaml; take them out and apply it first", person->login));
  Erased erased{person->id, 0};
  if (command.words)
    for (const auto& id : words_of(work.tx, person->id)) erased.texts += work.erase_text(id) ? 1 : 0;
  work.tx.exec("DELETE FROM second_factor WHERE id = $1", {person->id});
  forget_answers(work.tx, *person);
  for (const auto* table : {"credential", "grant_of_role", "api_token"})
    work.tx.exec(fmt::format("DELETE FROM {} WHERE person_id = $1", table), {person->id});
  if (!person->email.empty())
    work.tx.exec("UPDATE subscription SET address = '', state = 'ended', ended_at = $2, ended_because = 'erased' WHERE address = $1",
                 {person->email, to_millis(work.now)});
  store::update(work.tx, "person",
                Person{.id = person->id, .login = person->id, .aliases = {}, .active = false, .origin = PersonOrigin::erased});
  work.write_text("reason", command.reason);
  record(work, PersonErased{.texts = erased.texts}, {.subject = person->id});
  return erased;
}

}  // namespace evenkeel::accounts
