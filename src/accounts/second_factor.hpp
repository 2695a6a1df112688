// The second factor: time-based one-time passwords (RFC 6238: HMAC-SHA1, six digits, 30 seconds).
//
// The shared secret is sealed (libsodium) with a key made from the person's password, which is there whenever the secret is needed and is
// kept nowhere: neither the database nor the server's disk is enough to make a code. So a password that an admin sets anew removes the
// second factor, and the ledger says so. A code is good for one use, 30 seconds early or late; ten recovery codes are good once each.
//
// Who needs one: everybody who has enrolled; and where the gate `second_factor` is enforced, whoever is admin or decides. Who needs one and
// has none comes in to enrol and for nothing else.
#pragma once
#include "accounts/accounts.hpp"

namespace evenkeel::accounts {

/// RFC 4226 and 6238: the six digits of this step of 30 seconds.
std::string one_time_password(std::string_view secret, std::int64_t step);
std::int64_t step_at(SysTime t);
/// RFC 4648 without padding: how authenticators are told a secret.
std::string to_base32(std::string_view bytes);

struct Enrolment {
  std::string secret;   // base32, to be typed
  std::string address;  // otpauth://, for a QR code
};
BOOST_DESCRIBE_STRUCT(Enrolment, (), (secret, address))
struct RecoveryCodes {
  std::vector<std::string> recovery_codes;
};
BOOST_DESCRIBE_STRUCT(RecoveryCodes, (), (recovery_codes))

/// A new secret that counts once it is confirmed. The password is the person's and was checked. Error: conflict when one is confirmed.
Result<Enrolment> enrol(Work& work, const Person& person, const std::string& password);
/// The first code proves that the authenticator has the secret. Answers the recovery codes, once. Ledger: second_factor.confirmed.
Result<RecoveryCodes> confirm(Work& work, const Person& person, const std::string& password, const std::string& code);
/// By an admin for somebody else, or by the person with a code. Ledger: second_factor.removed.
Result<void> remove_second_factor(Work& work, const Person& person, const std::string& password, const std::string& code);

bool has_second_factor(store::Tx& tx, const std::string& person_id);
/// Whether the definitions in force ask this person for one.
bool needs_second_factor(const definitions::Organisation& o, const Actor& actor);
/// Takes a code or a recovery code; each is good once. Error: unauthenticated.
Result<void> take_code(Work& work, const Person& person, const std::string& password, const std::string& code);
/// The person has a new password: the secret is sealed anew with it, or gone when the old one was not given.
void password_changed(Work& work, const Person& person, const std::string& old_password, const std::string& new_password);

}  // namespace evenkeel::accounts
