#include "accounts/sign_in.hpp"

#include "accounts/events.hpp"

#include <sodium.h>

#include <semaphore>

namespace evenkeel::accounts {
namespace {

Error wrong_credentials() { return {ErrorKind::unauthenticated, "login or password is wrong", {}, {}, {}}; }

void store_credential(Work& work, const std::string& person_id, const std::string& hash) {
  work.tx.exec(
      "INSERT INTO credential (person_id, password_hash, changed_at) VALUES ($1, $2, $3) "
      "ON CONFLICT (person_id) DO UPDATE SET password_hash = excluded.password_hash, changed_at = excluded.changed_at",
      {person_id, hash, to_millis(work.now)});
}

bool has_password(store::Tx& tx, const std::string& person_id) {
  return tx.integer("SELECT count(*) FROM credential WHERE person_id = $1", {person_id}) > 0;
}

}  // namespace

bool is_set_up(store::Tx& tx) {
  return tx.integer("SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM api_token) + (SELECT count(*) FROM definitions)") > 0;
}
bool somebody_can_come_in(store::Tx& tx) {
  return tx.integer("SELECT (SELECT count(*) FROM credential) + (SELECT count(*) FROM api_token)") > 0;
}

Result<std::string> hash_password(const std::string& password) {
  if (password.size() < 10) return invalid("a password needs at least 10 characters", "password");
  if (password.size() > 1000) return invalid("a password may have at most 1,000 characters", "password");
  std::string out(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str(out.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    return unavailable("not enough memory to hash the password");
  out.resize(out.find('\0'));
  return out;
}

Result<Person> set_up_admin(Work& work, const std::string& login, const std::string& name, const std::string& email,
                            const std::string& password) {
  if (is_set_up(work.tx))
    return conflict(somebody_can_come_in(work.tx)
                        ? "this organisation has been set up already; an admin adds people to evenkeel.yaml and gives them a token"
                        : "this organisation has definitions already; who owns the database gives its admin a password: `evenkeel account "
                          "password --db FILE --login LOGIN`");
  if (login.empty()) return invalid("a login is needed", "login");
  const auto hash = TRY(hash_password(password));
  Person person{work.new_id("psn"), login, {}, name, email, true, PersonOrigin::setup};
  store::insert(work.tx, "person", person);
  store_credential(work, person.id, hash);
  work.tx.exec("INSERT INTO grant_of_role (person_id, role, area) VALUES ($1, 'admin', '*') ON CONFLICT DO NOTHING", {person.id});
  record(work, AccountSetUp{}, {.subject = person.id});
  return person;
}

Result<Person> check_password(store::Tx& tx, const std::string& login, const std::string& password) {
  // A fixed hash of nothing anybody knows: an unknown login costs as much time as a wrong password.
  static const std::string decoy = hash_password(to_hex(random_bytes(16))).value_or("");
  const auto person = find_person(tx, login);
  const auto stored = tx.value("SELECT password_hash FROM credential WHERE person_id = $1", {person ? person->id : std::string{}});
  const auto& hash = stored ? std::get<std::string>(*stored) : decoy;
  static std::counting_semaphore<2> hashing{2};  // each takes 64 MiB: a flood of tries waits, and the process keeps its size
  hashing.acquire();
  const bool right = crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
  hashing.release();
  if (!right || !stored || !person || !person->active) return std::unexpected(wrong_credentials());
  return *person;
}

Result<void> set_password(Work& work, const SetPassword& command) {
  const auto person = find_person(work.tx, command.login);
  const bool own = person && person->id == work.actor.id;
  if (!own && !work.actor.has_anywhere(Role::admin)) return forbidden("a password is set by its owner or an admin");
  if (!person) return not_found(fmt::format("there is no person '{}'", command.login));
  if (own && !command.old_one_proved && has_password(work.tx, person->id))
    return forbidden("a new password needs the old one (--old-password, EVENKEEL_OLD_PASSWORD); who has lost it asks an admin");
  store_credential(work, person->id, command.hash);
  const auto ended =
      work.tx.exec("UPDATE api_token SET revoked_at = $2 WHERE person_id = $1 AND via = 'web' AND revoked_at IS NULL AND id <> $3",
                   {person->id, to_millis(work.now), command.keep});
  record(work, PasswordSet{.sessions_ended = ended}, {.subject = person->id});
  return {};
}

void note_refused(Work& work, const std::string& login, const char* why) {
  if (const auto person = find_person(work.tx, login)) record(work, SessionRefused{.why = why}, {.subject = person->id});
}

}  // namespace evenkeel::accounts
