// A key and a self-signed certificate for 127.0.0.1, made for one test by the openssl command and removed after it.
#pragma once
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace evenkeel::testing_support {

struct Certificate {
  std::filesystem::path folder = make_folder();
  std::string file = (folder / "cert.pem").string(), key = (folder / "key.pem").string();

  Certificate() {
    const auto command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
        "-addext subjectAltName=IP:127.0.0.1 -keyout " +
        key + " -out " + file + " 2>/dev/null";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl could not make a certificate");
  }
  ~Certificate() { std::filesystem::remove_all(folder); }
  Certificate(const Certificate&) = delete;

 private:
  static std::filesystem::path make_folder() {
    static std::atomic<int> count = 0;
    auto path =
        std::filesystem::temp_directory_path() / ("evenkeel-certificate-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::filesystem::create_directories(path);
    return path;
  }
};

}  // namespace evenkeel::testing_support
