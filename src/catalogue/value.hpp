// What goes into an act and comes out of it, as its renderings see it: a schema, and words that are read.
#pragma once
#include <functional>

#include "base/json.hpp"

namespace evenkeel::catalogue {

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())
/// The answer of an act that has nothing to say.
struct Done {
  bool done = true;
};
BOOST_DESCRIBE_STRUCT(Done, (), (done))

using SchemaMaker = std::function<json::Value(json::Object& components)>;
/// Null for Nothing.
template <class T>
SchemaMaker schema_maker() {
  if constexpr (std::is_same_v<T, Nothing>)
    return {};
  else
    return [](json::Object& components) { return json::schema<T>(components); };
}

/// How a word of the command line becomes the field's value.
enum class ReadAs { text, integer, number, flag, list, time, duration, file, bytes, made };  // bytes: of a file, as base64

}  // namespace evenkeel::catalogue
