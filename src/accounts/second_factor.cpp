#include "accounts/second_factor.hpp"

#include "accounts/events.hpp"

#include <openssl/hmac.h>
#include <sodium.h>

namespace evenkeel::accounts {
namespace {

constexpr std::int64_t step_seconds = 30;
constexpr std::size_t secret_bytes = 20, recovery_count = 10;

struct SecondFactor {
  std::string id;  // the person's
  store::Blob salt, nonce, sealed;
  std::optional<SysTime> confirmed_at;
  std::int64_t last_step = 0;  // of the last code taken: a code is good once
  std::vector<std::string> recovery_hashes;
};
BOOST_DESCRIBE_STRUCT(SecondFactor, (), (id, salt, nonce, sealed, confirmed_at, last_step, recovery_hashes))

std::optional<SecondFactor> find(store::Tx& tx, const std::string& person_id) {
  return store::one<SecondFactor>(tx, "second_factor", "WHERE id = $1", {person_id});
}

const unsigned char* bytes_of(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string key_from(const std::string& password, const std::string& salt) {
  std::string key(crypto_secretbox_KEYBYTES, '\0');
  if (crypto_pwhash(bytes_of(key), key.size(), password.data(), password.size(), bytes_of(salt), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                    crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_DEFAULT) != 0)
    throw std::runtime_error("not enough memory to seal a second factor");
  return key;
}

void seal(SecondFactor& f, const std::string& secret, const std::string& password) {
  f.salt.bytes = random_bytes(crypto_pwhash_SALTBYTES);
  f.nonce.bytes = random_bytes(crypto_secretbox_NONCEBYTES);
  f.sealed.bytes.assign(secret.size() + crypto_secretbox_MACBYTES, '\0');
  const auto key = key_from(password, f.salt.bytes);
  crypto_secretbox_easy(bytes_of(f.sealed.bytes), bytes_of(secret), secret.size(), bytes_of(f.nonce.bytes), bytes_of(key));
}

/// Nothing when the password is not the one it was sealed with.
std::optional<std::string> unseal(const SecondFactor& f, const std::string& password) {
  if (f.sealed.bytes.size() <= crypto_secretbox_MACBYTES) return {};
  std::string secret(f.sealed.bytes.size() - crypto_secretbox_MACBYTES, '\0');
  const auto key = key_from(password, f.salt.bytes);
  if (crypto_secretbox_open_easy(bytes_of(secret), bytes_of(f.sealed.bytes), f.sealed.bytes.size(), bytes_of(f.nonce.bytes),
                                 bytes_of(key)) != 0)
    return {};
  return secret;
}

/// The step that this code is of, if it is newer than the last one taken.
std::optional<std::int64_t> step_of(const std::string& secret, const std::string& code, SysTime now, std::int64_t last) {
  const auto here = step_at(now);
  for (const auto step : {here, here - 1, here + 1})
    if (step > last && sha256(one_time_password(secret, step)) == sha256(code)) return step;
  return {};
}

Error wrong_code() {
  return {ErrorKind::unauthenticated,
          "the code of your second factor is wrong or was used already; wait for the next one, or give a recovery code",
          "code",
          {},
          {}};
}

}  // namespace

std::int64_t step_at(SysTime t) { return to_millis(t) / 1000 / step_seconds; }

std::string one_time_password(std::string_view secret, std::int64_t step) {
  std::array<unsigned char, 8> counter{};
  for (std::size_t i = 0; i < 8; ++i) counter[7 - i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (8 * i));
  std::array<unsigned char, 20> mac{};
  unsigned size = mac.size();
  HMAC(EVP_sha1(), secret.data(), int(secret.size()), counter.data(), counter.size(), mac.data(), &size);
  const auto at = std::size_t(mac[19] & 0x0f);
  const auto number =
      (std::uint32_t(mac[at] & 0x7f) << 24) | (std::uint32_t(mac[at + 1]) << 16) | (std::uint32_t(mac[at + 2]) << 8) | mac[at + 3];
  return fmt::format("{:06}", number % 1'000'000);
}

std::string to_base32(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  unsigned held = 0, bits = 0;
  for (const auto c : bytes) {
    held = (held << 8) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 5; bits -= 5) out += digits[(held >> (bits - 5)) & 31];
  }
  if (bits > 0) out += digits[(held << (5 - bits)) & 31];
  return out;
}

Result<Enrolment> enrol(Work& work, const Person& person, const std::string& password) {
  if (has_second_factor(work.tx, person.id)) return conflict("you have a second factor; remove it first, with a code of it");
  const auto secret = random_bytes(secret_bytes);
  SecondFactor f{.id = person.id};
  seal(f, secret, password);
  work.tx.exec("DELETE FROM second_factor WHERE id = $1", {person.id});
  store::insert(work.tx, "second_factor", f);
  record(work, SecondFactorBegun{}, {.subject = person.id});
  const auto text = to_base32(secret);
  return Enrolment{text, fmt::format("otpauth://totp/Evenkeel:{}?secret={}&issuer=Evenkeel", person.login, text)};
}

Result<RecoveryCodes> confirm(Work& work, const Person& person, const std::string& password, const std::string& code) {
  auto f = find(work.tx, person.id);
  if (!f || f->confirmed_at) return conflict("there is nothing to confirm; begin with `evenkeel second-factor enrol`");
  const auto secret = unseal(*f, password);
  const auto step = secret ? step_of(*secret, code, work.now, f->last_step) : std::nullopt;
  if (!step) return std::unexpected(wrong_code());
  f->confirmed_at = work.now;
  f->last_step = *step;
  RecoveryCodes out;
  for (std::size_t i = 0; i < recovery_count; ++i) {
    const auto digits = to_hex(random_bytes(8));
    out.recovery_codes.push_back(digits.substr(0, 8) + "-" + digits.substr(8));
    f->recovery_hashes.push_back(to_hex(sha256(out.recovery_codes.back())));
  }
  store::update(work.tx, "second_factor", *f);
  record(work, SecondFactorConfirmed{}, {.subject = person.id});
  return out;
}

Result<void> take_code(Work& work, const Person& person, const std::string& password, const std::string& code) {
  auto f = find(work.tx, person.id);
  if (!f || !f->confirmed_at) return {};
  if (code.empty())
    return std::unexpected(Error{ErrorKind::unauthenticated,
                                 "a code of your second factor is needed too (--code, or the field under the password)",
                                 "code",
                                 {},
                                 {}});
  const auto used = std::find(f->recovery_hashes.begin(), f->recovery_hashes.end(), to_hex(sha256(code)));
  if (used != f->recovery_hashes.end()) {
    f->recovery_hashes.erase(used);
    store::update(work.tx, "second_factor", *f);
    record(work, SecondFactorRecovered{.left = std::int64_t(f->recovery_hashes.size())}, {.subject = person.id});
    return {};
  }
  const auto secret = unseal(*f, password);
  const auto step = secret ? step_of(*secret, code, work.now, f->last_step) : std::nullopt;
  if (!step) return std::unexpected(wrong_code());
  f->last_step = *step;
  store::update(work.tx, "second_factor", *f);
  return {};
}

Result<void> remove_second_factor(Work& work, const Person& person, const std::string& password, const std::string& code) {
  if (!has_second_factor(work.tx, person.id)) return conflict(fmt::format("{} has no second factor", person.login));
  if (person.id == work.actor.id)
    TRY(take_code(work, person, password, code));
  else if (!work.actor.has_anywhere(Role::admin))
    return forbidden("a second factor is removed by its owner, with a code of it, or by an admin");
  work.tx.exec("DELETE FROM second_factor WHERE id = $1", {person.id});
  record(work, SecondFactorRemoved{}, {.subject = person.id});
  return {};
}

bool has_second_factor(store::Tx& tx, const std::string& person_id) {
  return tx.integer("SELECT count(*) FROM second_factor WHERE id = $1 AND confirmed_at IS NOT NULL", {person_id}) > 0;
}

bool needs_second_factor(const definitions::Organisation& o, const Actor& actor) {
  std::set<Role> deciders{Role::admin, Role::coordinator, Role::risk_manager};
  deciders.insert(o.go_no_go.quorum.begin(), o.go_no_go.quorum.end());
  return std::any_of(o.gates.begin(), o.gates.end(), [&](const auto& g) {
    return g.name == "second_factor" && g.mode == definitions::GateMode::enforce &&
           std::any_of(actor.grants.begin(), actor.grants.end(), [&](const auto& grant) {
             return deciders.contains(grant.first) &&
                    (g.areas.empty() || grant.second == "*" || std::find(g.areas.begin(), g.areas.end(), grant.second) != g.areas.end());
           });
  });
}

void password_changed(Work& work, const Person& person, const std::string& old_password, const std::string& new_password) {
  auto f = find(work.tx, person.id);
  if (!f) return;
  if (const auto secret = old_password.empty() ? std::nullopt : unseal(*f, old_password)) {
    seal(*f, *secret, new_password);
    store::update(work.tx, "second_factor", *f);
    return;
  }
  work.tx.exec("DELETE FROM second_factor WHERE id = $1", {person.id});
  record(work, SecondFactorRemoved{}, {.subject = person.id});
}

}  // namespace evenkeel::accounts
