// Many rows at once, where one statement a row would be a journey a row.
#pragma once
#include "store/database.hpp"

namespace evenkeel::store {

/// SQLite finds parameters one by one and has no way to go; to PostgreSQL each statement is a journey.
std::size_t rows_at_once(Tx& tx);
/// "($1, $2), ($3, $4)".
std::string places(std::size_t rows, std::size_t columns);
/// `head` is "INSERT INTO table (columns)", `tail` what follows the values.
void insert_many(Tx& tx, const std::string& head, const std::string& tail, const std::vector<Args>& rows);

}  // namespace evenkeel::store
