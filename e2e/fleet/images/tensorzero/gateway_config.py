"""What the gateway stand-in reads from tensorzero.toml: bind address, observability, models, functions with variants.

Source: https://github.com/tensorzero/tensorzero/blob/main/docs/gateway/configuration-reference.mdx
"""

import glob
import os
import random
import tomllib

KNOWN_SECTIONS = {
    "gateway", "clickhouse", "postgres", "models", "embedding_models", "provider_types", "functions", "metrics", "tools",
    "evaluations", "rate_limiting", "object_storage", "optimizers", "autopilot",
}


class ConfigError(Exception):
    """The configuration cannot be used; the real gateway ends on it with status 1."""


class Target:
    """Where one request goes: the provider's address and model, and the names that are recorded."""

    def __init__(self, function, variant, model, provider, settings, parameters):
        self.function = function
        self.variant = variant
        self.model = model
        self.provider = provider
        self.api_base = settings["api_base"].rstrip("/")
        self.model_name = settings.get("model_name", model)
        self.api_key = api_key(settings)
        self.parameters = parameters


def api_key(settings):
    location = settings.get("api_key_location", "env::OPENAI_API_KEY")
    if not location.startswith("env::"):
        return None
    name = location[len("env::"):]
    if name not in os.environ:
        raise ConfigError(f"API key missing for provider OpenAI: environment variable `{name}` is missing")
    return os.environ[name]


class Config:
    """The merged configuration files; raises ConfigError where the real gateway refuses to start."""

    def __init__(self, pattern):
        self.data = {}
        for file in sorted(glob.glob(pattern)) if pattern else []:
            with open(file, "rb") as source:
                self._merge(file, source)
        if pattern and not self.data and not glob.glob(pattern):
            raise ConfigError(f"Failed to read config file: no files matched `{pattern}`")
        unknown = set(self.data) - KNOWN_SECTIONS
        if unknown:
            raise ConfigError(f"{sorted(unknown)[0]}: unknown field `{sorted(unknown)[0]}`")
        self.models = self.data.get("models", {})
        self.functions = self.data.get("functions", {})
        self._check()

    def _merge(self, file, source):
        try:
            for section, value in tomllib.load(source).items():
                self.data.setdefault(section, {}).update(value)
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"Failed to parse config file `{file}` as valid TOML: {error}") from error

    def _check(self):
        for name, model in self.models.items():
            for provider in model.get("routing", []):
                if provider not in model.get("providers", {}):
                    raise ConfigError(f"models.{name}: `routing` contains a provider that is not configured: {provider}")
                api_key(model["providers"][provider])
        for name, function in self.functions.items():
            for variant, settings in function.get("variants", {}).items():
                if settings.get("model") not in self.models:
                    raise ConfigError(f"functions.{name}.variants.{variant}.model: model `{settings.get('model')}` not found")

    @property
    def bind_address(self):
        """Host and port to listen on; the real gateway's default is port 3000 on all interfaces."""
        text = self.data.get("gateway", {}).get("bind_address", "0.0.0.0:3000")
        host, _, port = text.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def observability(self):
        """`gateway.observability.enabled`: true demands ClickHouse, false forbids it, None takes it where configured."""
        return self.data.get("gateway", {}).get("observability", {}).get("enabled")

    def targets_of_model(self, name, function="tensorzero::default", variant=None, parameters=None):
        """The providers of a model in the order of its routing; None when there is no such model."""
        model = self.models.get(name)
        if model is None:
            return None
        return [
            Target(function, variant or name, name, provider, model["providers"][provider], parameters or {})
            for provider in model["routing"]
        ]

    def targets_of_function(self, name, variant_name=None):
        """The providers for one variant of a function, drawn by weight; None when there is no such function."""
        function = self.functions.get(name)
        if function is None:
            return None
        variants = function.get("variants", {})
        names = [variant_name] if variant_name in variants else list(variants)
        weights = [variants[each].get("weight", 1.0) for each in names]
        chosen = random.choices(names, weights)[0] if sum(weights) > 0 else names[0]
        settings = variants[chosen]
        passed = ("temperature", "max_tokens", "top_p", "seed")
        parameters = {key: settings[key] for key in passed if key in settings}
        return self.targets_of_model(settings["model"], name, chosen, parameters)
