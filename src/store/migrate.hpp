// Forward-only migrations, written by hand in migrations/NNNN_name.sql and embedded in the binary.
#pragma once
#include <span>

namespace evenkeel::store {

/// One file. The text is SQL for both databases; {int}, {blob}, {real} and {strict} stand for what they spell differently.
struct Migration {
  int number;
  const char* name;
  const char* sql;
};

std::span<const Migration> migrations();

}  // namespace evenkeel::store
