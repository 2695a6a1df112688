// The first account, passwords and signing in.
//
// Passwords: Argon2id (libsodium, interactive limits). The first account is made by whoever owns the database file (`setup --db`) or reads
// the server's log (a code, once); after that, or once anybody or anything is defined, nobody makes one this way again.
#pragma once
#include "accounts/accounts.hpp"

namespace evenkeel::accounts {

/// Whether any person, token or definition exists: then the first account is not made any more.
bool is_set_up(store::Tx& tx);
/// Whether any password or token exists: before that the owner of the file stands for everybody (`--db`).
bool somebody_can_come_in(store::Tx& tx);

/// Makes the first admin, with a password. Error: conflict when this is set up already. Ledger: account.set_up.
Result<Person> set_up_admin(Work& work, const std::string& login, const std::string& name, const std::string& email,
                            const std::string& password);

/// Error: unauthenticated, always with the same words, after the same work.
Result<Person> check_password(store::Tx& tx, const std::string& login, const std::string& password);

/// Argon2id, 64 MiB, a tenth of a second: made before a transaction, not in it. Error: invalid (10 to 1,000 characters).
Result<std::string> hash_password(const std::string& password);

struct SetPassword {
  std::string login, hash;      // of the new one
  bool old_one_proved = false;  // the caller gave the password that is in force
  std::string keep = {};        // id of the session that asks: it goes on
};
/// By the person themself, who proves the old one where there is one, or by an admin for somebody else. It ends the person's other
/// sessions; tokens made for programs stay. Ledger: account.password_set.
Result<void> set_password(Work& work, const SetPassword& command);

/// A sign-in that failed, for a person there is. Ledger: session.refused.
void note_refused(Work& work, const std::string& login, const char* why);

}  // namespace evenkeel::accounts
